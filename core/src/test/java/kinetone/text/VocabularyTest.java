package kinetone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against google's sentencepiece; generator: goldens/text.py. */
final class VocabularyTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/text");
  private static final Path FILE = GOLDENS.resolve(Vocabulary.FILE);

  @TempDir Path folder;

  @Test
  void two_hundred_texts_in_ten_scripts_have_the_pieces_of_the_reference() throws Exception {
    JsonNode texts = new ObjectMapper().readTree(GOLDENS.resolve("pieces.json").toFile());
    assertThat(texts).hasSize(200);
    try (Vocabulary vocabulary = Vocabulary.open(FILE)) {
      for (JsonNode text : texts) {
        int[] expected =
            IntStream.range(0, text.get("ids").size())
                .map(i -> text.get("ids").get(i).asInt())
                .toArray();
        assertThat(vocabulary.pieces(text.get("text").asText(), 1000))
            .as("%s", text.get("text"))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void long_texts_are_cut_before_their_end_and_endless_ones_refused() {
    try (Vocabulary vocabulary = Vocabulary.open(FILE)) {
      int[] all = vocabulary.pieces("a red ball bounces twice", 100);
      int[] cut = vocabulary.pieces("a red ball bounces twice", 4);
      assertThat(cut).containsExactly(all[0], all[1], all[2], 1);
      assertThat(vocabulary.pieces("", 4)).containsExactly(1);
      assertThatThrownBy(() -> vocabulary.pieces("a".repeat(20_001), 4))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("20001 characters");
    }
  }

  @Test
  void damaged_files_are_refused_in_a_line() throws Exception {
    byte[] whole = Files.readAllBytes(FILE);
    var random = new SplittableRandom(3);
    for (int i = 0; i < 60; i++) {
      byte[] bytes = whole.clone();
      int changes = i < 20 ? 1 : 2000;
      for (int k = 0; k < changes; k++) {
        bytes[random.nextInt(i % 2 == 0 ? 12_000 : bytes.length)] = (byte) random.nextInt(256);
      }
      if (i % 3 == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      Path file = Files.write(folder.resolve("spiece.model"), bytes);
      try (Vocabulary vocabulary = Vocabulary.open(file)) {
        assertThat(vocabulary.pieces("a red ball", 50)).isNotEmpty();
      } catch (KinetoneException e) {
        assertThat(e.getMessage()).contains("spiece.model").doesNotContain("\n");
      }
    }
  }

  @Test
  void a_vocabulary_learned_from_texts_knows_their_words_and_spells_any_other() throws Exception {
    List<String> texts = new ArrayList<>();
    String[] words = {"ball", "bell", "bounces", "strikes", "walker", "walking", "three"};
    var random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      texts.add("a " + words[random.nextInt(7)] + " and, " + words[random.nextInt(7)] + " 3 times");
    }
    byte[] file = UnigramTrainer.train(texts, 80);
    assertThat(UnigramTrainer.train(texts, 80)).isEqualTo(file);
    Path path = Files.write(folder.resolve("spiece.model"), file);
    try (Vocabulary vocabulary = Vocabulary.open(path)) {
      assertThat(vocabulary.size()).isEqualTo(3 + 256 + 80);
      assertThat(vocabulary.pieces("a ball and bounces", 50)).hasSize(5).doesNotContain(2);
      assertThat(vocabulary.pieces("walk", 50)).hasSizeBetween(2, 5);
      assertThat(vocabulary.pieces("żółw 球", 50)).doesNotContain(2).hasSizeGreaterThan(8);
      assertThat(vocabulary.pieces("ball", 50)).isNotEqualTo(vocabulary.pieces("bell", 50));
    }
  }
}
