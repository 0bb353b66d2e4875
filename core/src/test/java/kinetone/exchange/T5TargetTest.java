package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.common.KinetoneException;
import kinetone.nn.Golden;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import kinetone.text.Cleaning;
import kinetone.text.TextEncoder;
import kinetone.text.TextEncoderConfig;
import kinetone.text.Vocabulary;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of T5 as transformers saves them, with the weights of goldens/text.py. */
final class T5TargetTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/text");

  /** Rows enough for the vocabulary; the golden's table has 48, and the rest is not looked at. */
  private static final int ROWS = 640;

  private final Exchange exchange = new Exchange(false, (done, total) -> {});
  private final ImportTarget<TextEncoderConfig> target = new T5Target();

  @TempDir Path folder;

  @Test
  void a_folder_in_two_files_is_imported_with_its_vocabulary_in_the_precision_it_has() {
    try (TensorScope scope = TensorScope.open()) {
      Path sharded = sharded(halved(weights()));
      Path out = folder.resolve("t5");
      assertThat(exchange.importWeights(sharded, target, out).naming()).isEqualTo("transformers");
      TextEncoderConfig config = TextEncoder.config(out);
      assertThat(config.encoder().layers()).isEqualTo(3);
      assertThat(config.maxTokens()).isEqualTo(300);
      assertThat(config.cleaning()).isEqualTo(Cleaning.OPEN_SORA);
      Map<String, Tensor> stored = SafeTensors.read(out.resolve("model.safetensors")).tensors();
      assertThat(stored).hasSize(weights().size());
      assertThat(stored.get("shared.weight").scalar_type().intern()).isEqualTo(ScalarType.Half);
    }
    // Two captions, in company and alone.
    try (TensorScope scope = TensorScope.open();
        TextEncoder encoder = TextEncoder.load(folder.resolve("t5"), new Device("cpu"))) {
      Tensor both = encoder.encode(List.of("A red ball bounces TWICE", "waves")).embedding();
      Tensor alone = encoder.encode(List.of("waves")).embedding();
      assertThat(both.size(2)).isEqualTo(24);
      Tensor same = both.narrow(0, 1, 1).narrow(1, 0, alone.size(1));
      assertThat(same.sub(alone).abs().max().item_float()).isLessThan(1e-4f);
      assertThat(both.narrow(0, 1, 1).narrow(1, alone.size(1), 1).abs().max().item_float())
          .isZero();
    }
  }

  @Test
  void exported_for_transformers_and_imported_again_nothing_changes() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path saved = whole(weights());
      exchange.importWeights(saved, target, folder.resolve("t5"));
      Path file = exchange.export(folder.resolve("t5"), "diffusers", folder.resolve("out"));
      JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
      assertThat(config.get("d_model").asInt()).isEqualTo(24);
      assertThat(file.resolveSibling(Vocabulary.FILE)).hasSameBinaryContentAs(vocabulary());
      exchange.importWeights(file, target, folder.resolve("again"));
      for (String name : List.of("model.safetensors", "config.json", Vocabulary.FILE)) {
        assertThat(folder.resolve("again").resolve(name))
            .hasSameBinaryContentAs(folder.resolve("t5").resolve(name));
      }
    }
  }

  @Test
  void the_wrong_key_is_named_and_nothing_is_left() {
    String key = "encoder.block.1.layer.0.SelfAttention.k.weight";
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> wrong = weights();
      wrong.put(key + "2", wrong.remove(key));
      refused(whole(wrong), "missing " + key + "; unexpected " + key + "2");
      Map<String, Tensor> beside = weights();
      beside.put("decoder.block.0.layer.0.layer_norm.weight", beside.get("shared.weight"));
      beside.put("lm_head.weight", beside.get("shared.weight"));
      beside.put("encoder.embed_tokens.weight", beside.remove("shared.weight"));
      exchange.importWeights(whole(beside), target, folder.resolve("of-a-whole-T5"));
    }
  }

  @Test
  void what_is_missing_in_a_folder_is_named() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path sharded = sharded(weights());
      Path second = sharded.resolve("pytorch_model-00002-of-00002.bin");
      Path away = Files.move(second, folder.resolve("away"));
      refused(sharded, "pytorch_model-00002-of-00002.bin, which is not beside it");
      Files.move(away, second);
      Path index = sharded.resolve("pytorch_model.bin.index.json");
      String text = Files.readString(index);
      Files.writeString(index, text.replace("pytorch_model-00002", "../pytorch_model-00002"));
      refused(sharded, "which is no file of weights beside it");
      Files.writeString(
          index, text.replace("pytorch_model-00002-of-00002", "pytorch_model-00001-of-00002"));
      refused(sharded, "pytorch_model-00001-of-00002.bin, but it is not");
      Files.writeString(index, text);
      Files.delete(sharded.resolve(Vocabulary.FILE));
      refused(sharded, "there is no spiece.model");
      Files.copy(vocabulary(), sharded.resolve(Vocabulary.FILE));
      Path config = sharded.resolve("config.json");
      Files.writeString(config, Files.readString(config).replace("gated-gelu", "relu"));
      refused(sharded, "feed_forward_proj 'relu'");
    }
  }

  private void refused(Path from, String message) {
    Path out = folder.resolve("no");
    assertThatThrownBy(() -> exchange.importWeights(from, target, out))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
    assertThat(out).doesNotExist();
  }

  private static Path vocabulary() {
    return GOLDENS.resolve(Vocabulary.FILE);
  }

  private static Map<String, Tensor> weights() {
    Map<String, Tensor> weights = Golden.read("text", "encoder").weights();
    weights.replaceAll(
        (name, w) ->
            name.equals("shared.weight")
                ? w.repeat(ROWS / 48 + 1, 1).narrow(0, 0, ROWS).contiguous()
                : w);
    return weights;
  }

  private static Map<String, Tensor> halved(Map<String, Tensor> weights) {
    weights.replaceAll((name, w) -> w.mul(new Scalar(1.0)).to(ScalarType.Half));
    return weights;
  }

  private Path whole(Map<String, Tensor> weights) {
    Path saved = folder();
    SafeTensors.write(saved.resolve("model.safetensors"), weights, Map.of("format", "pt"));
    return saved;
  }

  private Path sharded(Map<String, Tensor> weights) {
    Path saved = folder();
    Map<String, Map<String, Deferred>> files = new TreeMap<>();
    Map<String, String> index = new TreeMap<>();
    int number = 0;
    for (var named : weights.entrySet()) {
      String file = "pytorch_model-0000%d-of-00002.bin".formatted(number++ % 2 + 1);
      files
          .computeIfAbsent(file, f -> new LinkedHashMap<>())
          .put(named.getKey(), Deferred.of(named.getValue()));
      index.put(named.getKey(), file);
    }
    try {
      for (var file : files.entrySet()) {
        PickleWriter.write(saved.resolve(file.getKey()), List.of(), file.getValue());
      }
      Files.writeString(
          saved.resolve("pytorch_model.bin.index.json"),
          Json.MAPPER.writeValueAsString(
              Map.of("metadata", Map.of("total_size", 1), "weight_map", index)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return saved;
  }

  /** With what transformers puts beside the weights. */
  private Path folder() {
    try {
      Path saved = Files.createTempDirectory(folder, "saved");
      Files.copy(vocabulary(), saved.resolve(Vocabulary.FILE));
      Files.writeString(
          saved.resolve("config.json"),
          """
          {"architectures": ["T5EncoderModel"], "d_model": 24, "d_kv": 6, "d_ff": 40, "num_layers": 3,
           "num_heads": 4, "vocab_size": 640, "feed_forward_proj": "gated-gelu", "model_type": "t5",
           "relative_attention_num_buckets": 32, "dropout_rate": 0.1}
          """);
      return saved;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
