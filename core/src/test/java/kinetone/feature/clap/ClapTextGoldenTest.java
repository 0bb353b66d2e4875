package kinetone.feature.clap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTargets;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against transformers' ClapModel and RobertaTokenizer, from a folder as transformers saves them;
 * all come from {@code goldens/networks.py}.
 */
class ClapTextGoldenTest {
  private static final Path SAVED = ClapAudioGoldenTest.SAVED;
  private static final ClapTextConfig NARROW =
      new ClapTextConfig(500, 20, 16, 2, 4, 24, 1e-12, 12, null, null);

  @TempDir Path folder;

  private Path imported() {
    Path at = folder.resolve("clap-text");
    new Exchange(false, (done, total) -> {})
        .importWeights(SAVED, ImportTargets.named("clap-text"), at);
    return at;
  }

  @Test
  void tokens_and_embeddings_of_an_imported_folder_agree_with_transformers() throws IOException {
    JsonNode captions = Json.MAPPER.readTree(SAVED.resolve("captions.json").toFile());
    assertThat(captions.size()).isEqualTo(9);
    try (ClapTextEncoder encoder = ClapTextEncoder.load(imported());
        TensorScope scope = TensorScope.open()) {
      TensorVector rows = new TensorVector();
      for (JsonNode caption : captions) {
        String text = caption.get("text").asText();
        long[] ids =
            StreamSupport.stream(caption.get("ids").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
        assertThat(encoder.tokens(text)).as(text).containsExactly(ids);
        rows.push_back(encoder.encode(text));
      }
      Golden golden = Golden.read("networks", "clap");
      Tensor embeddings = torch.cat(rows, 0);
      assertThat(golden.error(embeddings, "text")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(embeddings.narrow(0, 0, 1), "positions"))
          .as("positions counted from 0 on")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void another_vocabulary_than_that_of_the_import_is_refused() throws IOException {
    Path at = imported();
    Path merges = at.resolve(BytePairVocabulary.MERGES);
    String text = Files.readString(merges);
    Files.writeString(merges, text.replaceFirst("i n\n", ""));
    assertThatThrownBy(() -> ClapTextEncoder.load(at))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("merges.txt is not the file that the network was imported with");
    Files.writeString(merges, text + "three of them\n");
    assertThatThrownBy(() -> ClapTextEncoder.load(at))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("merges.txt: a line is no pair of tokens");
    Files.writeString(merges, text);
    Files.writeString(at.resolve(BytePairVocabulary.TOKENS), "{\"a\": 0}");
    assertThatThrownBy(() -> ClapTextEncoder.load(at))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("vocab.json has no token <s>");
  }

  @Test
  void a_folder_without_its_vocabulary_is_refused() throws IOException {
    Path bare = Files.createDirectory(folder.resolve("bare"));
    for (String name : new String[] {"config.json", "model.safetensors", "vocab.json"}) {
      Files.copy(SAVED.resolve(name), bare.resolve(name));
    }
    Path out = folder.resolve("no");
    Exchange exchange = new Exchange(false, (done, total) -> {});
    assertThatThrownBy(() -> exchange.importWeights(bare, ImportTargets.named("clap-text"), out))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("there is no merges.txt beside the weights");
    assertThat(out).doesNotExist();
  }

  @Test
  void exported_for_transformers_and_imported_again_nothing_changes() {
    Exchange exchange = new Exchange(false, (done, total) -> {});
    Path at = imported();
    Path file = exchange.export(at, "diffusers", folder.resolve("out"));
    Path again = folder.resolve("again");
    exchange.importWeights(file.getParent(), ImportTargets.named("clap-text"), again);
    for (String name : List.of("config.json", "model.safetensors", "vocab.json", "merges.txt")) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(at.resolve(name));
    }
  }

  @Test
  void a_wrong_key_is_named() throws IOException {
    Path wrong = Files.createDirectory(folder.resolve("wrong"));
    for (String name : List.of("config.json", "vocab.json", "merges.txt")) {
      Files.copy(SAVED.resolve(name), wrong.resolve(name));
    }
    String key = "text_model.encoder.layer.1.attention.self.key.bias";
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights =
          new LinkedHashMap<>(SafeTensors.read(SAVED.resolve("model.safetensors")).tensors());
      weights.put(key + "2", weights.remove(key));
      SafeTensors.write(wrong.resolve("model.safetensors"), weights, Map.of());
    }
    Exchange exchange = new Exchange(false, (done, total) -> {});
    assertThatThrownBy(
            () ->
                exchange.importWeights(
                    wrong, ImportTargets.named("clap-text"), folder.resolve("no")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("missing " + key + "; unexpected " + key + "2");
  }

  @Test
  void long_captions_are_cut_and_keep_their_end() {
    BytePairVocabulary vocabulary = BytePairVocabulary.read(SAVED);
    long[] tokens = vocabulary.encode("ball ".repeat(100_000), 18);
    assertThat(tokens).hasSize(18).startsWith(0).endsWith(2);
    assertThat(vocabulary.encode("x".repeat(50_000), 512)).hasSize(512);
  }

  @Test
  void names_and_counts_are_those_of_the_public_network() {
    assertThat(StateDict.parameterCount(new ClapText(NARROW, Rng.none())))
        .isEqualTo(NARROW.parameterCount());
    assertThat(ClapTextConfig.PUBLIC.parameterCount()).isEqualTo(125_302_016);
  }
}
