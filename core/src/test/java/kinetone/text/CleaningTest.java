package kinetone.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Against Open-Sora's text_preprocessing; generator: goldens/text.py. */
final class CleaningTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/text/captions.json");

  @Test
  void captions_are_cleaned_as_in_open_sora() throws Exception {
    JsonNode captions = new ObjectMapper().readTree(GOLDENS.toFile());
    assertThat(captions).hasSizeGreaterThan(45);
    for (JsonNode caption : captions) {
      String raw = caption.get("caption").asText();
      assertThat(Cleaning.OPEN_SORA.clean(raw)).as(raw).isEqualTo(caption.get("clean").asText());
    }
  }

  @Test
  void other_choices_do_less() {
    assertThat(Cleaning.LOWER_CASE.clean(" A <b>Ball</b> ")).isEqualTo("a <b>ball</b>");
    assertThat(Cleaning.NONE.clean(" A ")).isEqualTo(" A ");
  }
}
