package kinetone.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void what_a_terminal_obeys_is_written_out() {
    assertThat(Printable.of("a\u001b[31mred\u0007\u009b2J")).isEqualTo("a\\x1b[31mred\\x07\\x9b2J");
    assertThat(Printable.of("one\ntwo\r\t")).isEqualTo("one\\ntwo\\r\\t");
    assertThat(Printable.of("\u202egnp.exe\u2028")).isEqualTo("\\u202egnp.exe\\u2028");
    assertThat(Printable.of("\ud800")).isEqualTo("\\ud800");
  }

  @Test
  void what_people_write_stays() {
    String text = "ä ü – 音声 \ud83c\udfb5 \ud83d\udc69\u200d\ud83d\udd2c a\\b.mp4";
    assertThat(Printable.of(text)).isEqualTo(text);
    assertThat(Printable.lines("one\n\ttwo")).isEqualTo("one\n\ttwo");
  }

  @Test
  void one_line_comes_of_anything() {
    assertThat(Printable.line("first\u001b\nsecond")).isEqualTo("first\\x1b");
    assertThat(Printable.line(null)).isEqualTo("no message");
    assertThat(Printable.line("")).isEmpty();
  }

  @Test
  void messages_of_errors_carry_no_control_characters() {
    assertThat(KinetoneException.user("%s is empty", Path.of("a\u001b[2J\nkinetone: done")))
        .hasMessage("a\\x1b[2J\\nkinetone: done is empty");
    assertThat(KinetoneException.internal("%s of %d", "title\u001b]0;x\u0007", 3))
        .hasMessage("title\\x1b]0;x\\x07 of 3");
  }
}
