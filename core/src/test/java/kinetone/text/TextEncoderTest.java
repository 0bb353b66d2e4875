package kinetone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextEncoderTest {
  private static final List<String> TEXTS =
      List.of("a ball bounces twice", "rain falls on a dark pond", "a bell rings");

  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void write() {
    folder = root.resolve("words");
    write(folder, 400, Cleaning.OPEN_SORA, UnigramTrainer.train(TEXTS, 60));
  }

  private static void write(Path folder, int rows, Cleaning cleaning, byte[] vocabulary) {
    try (Rng rng = new Rng(3)) {
      var config = new T5Config(rows, 8, 2, 2, 4, 16, 8, 16, 1e-6);
      TextEncoder.save(
          folder, new T5Encoder(config, rng), 20, cleaning, vocabulary, ScalarType.Float);
    }
  }

  private static TextEncoder load(Path folder) {
    return TextEncoder.load(folder, new Device("cpu"));
  }

  @Test
  void captions_are_padded_to_the_longest_and_what_comes_of_one_does_not_depend_on_it() {
    try (TensorScope scope = TensorScope.open();
        TextEncoder encoder = load(folder)) {
      EncodedText all = encoder.encode(List.of("a bell rings", "", TEXTS.get(1)));
      long[] lengths = {
        encoder.pieces("a bell rings").length, 1, encoder.pieces(TEXTS.get(1)).length
      };
      assertThat(all.embedding().shape()).containsExactly(3, lengths[2], 8);
      for (int i = 0; i < 3; i++) {
        assertThat(all.mask().get(i).sum().item_long()).isEqualTo(lengths[i]);
      }
      Tensor alone = encoder.encode(List.of("a bell rings")).embedding().get(0);
      Tensor among = all.embedding().get(0).narrow(0, 0, lengths[0]);
      assertThat(alone.sub(among).abs().max().item_float()).isLessThan(1e-5f);
      assertThat(encoder.width()).isEqualTo(8);
      assertThat(encoder.encode(List.of("ring ".repeat(100))).mask().size(1))
          .isEqualTo(encoder.maxTokens());
    }
  }

  @Test
  void whatever_is_written_is_encoded_or_refused_in_a_line() {
    try (TextEncoder encoder = load(folder)) {
      for (String text :
          List.of(
              "\0",
              "\ud800 lone",
              "a\u202eb",
              "😀👍🏽",
              "ﷺ".repeat(500),
              "\n\r\t",
              "%%%00%ff",
              "&#x110000;&#0;&#99999999999;",
              "<".repeat(500),
              "a.".repeat(200),
              "((((\\\\",
              "x".repeat(5000),
              "-".repeat(900),
              "&".repeat(900))) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor encoded = encoder.encode(List.of(text)).embedding();
          assertThat(torch.isfinite(encoded).all().item_bool()).isTrue();
          assertThat(encoded.size(1)).isBetween(1L, 20L);
        }
      }
      refused(() -> encoder.encode(List.of()), "no captions");
    }
  }

  @Test
  void other_vocabularies_and_damaged_folders_are_refused() throws IOException {
    Path file = folder.resolve(Vocabulary.FILE);
    byte[] good = Files.readAllBytes(file);
    byte[] other = UnigramTrainer.train(List.of("quite another text"), 50);
    Files.write(file, other);
    refused(() -> load(folder), "was altered or damaged");
    Files.delete(file);
    refused(() -> load(folder), "spiece.model is missing");
    Files.write(file, good);
    load(folder).close();
    Path few = root.resolve("few");
    write(few, 300, Cleaning.NONE, good);
    refused(() -> load(few), "has 314 pieces, but the encoder beside it knows 300");
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    for (String[] change :
        new String[][] {
          {"\"maxTokens\" : 20", "\"maxTokens\" : 0", "maxTokens = 0"},
          {"\"buckets\" : 8", "\"buckets\" : 7", "buckets"},
          {"\"heads\" : 2", "\"heads\" : 999999", "larger network"},
          {"OPEN_SORA", "SHOUTING", "cleaning"}
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(config, text.replace(change[0], change[1]), StandardCharsets.UTF_8);
      refused(() -> load(folder), change[2]);
    }
  }

  @Test
  void a_copy_has_all_of_it_and_what_tells_encoders_apart_sees_cleaning_and_vocabulary() {
    Path copy = root.resolve("copy");
    TextEncoder.copy(folder, copy);
    load(copy).close();
    assertThat(TextEncoder.sha256(copy)).isEqualTo(TextEncoder.sha256(folder));
    Path raw = root.resolve("raw");
    write(raw, 400, Cleaning.NONE, UnigramTrainer.train(TEXTS, 60));
    Path words = root.resolve("other-words");
    write(words, 400, Cleaning.OPEN_SORA, UnigramTrainer.train(TEXTS, 52));
    assertThat(List.of(TextEncoder.sha256(raw), TextEncoder.sha256(words)))
        .doesNotHaveDuplicates()
        .doesNotContain(TextEncoder.sha256(folder));
  }

  private static void refused(ThrowingCallable what, String message) {
    assertThatThrownBy(what)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
