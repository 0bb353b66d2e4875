package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.pickle.PickleFile;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.common.KinetoneException;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny DiT, whose answers are those of the original code ({@code goldens/dit.py}). */
class ExchangeTest {
  private static final DiTConfig TINY = new DiTConfig(2, 32, 2, 2, 8, 4, 3);
  private static final DitTarget TARGET = new DitTarget();

  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;

  @Test
  void an_imported_checkpoint_answers_as_the_original_network() {
    Path imported = folder.resolve("dit");
    List<Integer> heard = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      Path file = checkpoint(List.of("ema"), weights());
      Exchange.Imported result =
          new Exchange(false, (done, total) -> heard.add(total - done))
              .importWeights(file, TARGET, TINY, imported);
      assertThat(result.naming()).isEqualTo("original");
      assertThat(result.tensors()).isEqualTo(weights().size());
      assertThat(heard).hasSize(result.tensors()).endsWith(1, 0);
    }
    assertAnswers(imported, Golden.TOLERANCE);
  }

  @Test
  void to_diffusers_and_back_and_to_the_original_code_nothing_changes() throws IOException {
    Path imported = folder.resolve("dit");
    try (TensorScope scope = TensorScope.open()) {
      exchange.importWeights(checkpoint(List.of(), weights()), TARGET, TINY, imported);
      Path diffusers = exchange.export(imported, "diffusers", folder.resolve("diffusers"));
      assertThat(diffusers).hasFileName("diffusion_pytorch_model.safetensors");
      JsonNode config = Json.MAPPER.readTree(diffusers.resolveSibling("config.json").toFile());
      assertThat(config.get("num_layers").asInt()).isEqualTo(2);
      assertThat(config.get("attention_head_dim").asInt()).isEqualTo(16);
      assertThat(exchange.importWeights(diffusers, TARGET, TINY, folder.resolve("back")).naming())
          .isEqualTo("diffusers");
      Map<String, Tensor> back =
          SafeTensors.read(folder.resolve("back/model.safetensors")).tensors();
      assertThat(back).containsOnlyKeys(weights().keySet());
      // Positions are not in diffusers' file; ours are computed, and numpy's differ in the last
      // bit.
      weights()
          .forEach(
              (name, t) ->
                  assertThat(back.get(name).sub(t).abs().max().item_float())
                      .as(name)
                      .isLessThanOrEqualTo(name.equals("pos_embed") ? 1e-6f : 0));

      Path original = exchange.export(imported, "original", folder.resolve("original"));
      try (TensorFile file = new PickleFile(original)) {
        weights().forEach((name, t) -> assertThat(file.read("", name).equal(t)).as(name).isTrue());
      }
    }
  }

  @Test
  void half_precision_is_half_the_size_and_nearly_the_same() throws IOException {
    Path full = folder.resolve("full");
    Path half = folder.resolve("half");
    try (TensorScope scope = TensorScope.open()) {
      Path file = checkpoint(List.of("model"), weights());
      exchange.importWeights(file, TARGET, TINY, full);
      new Exchange(true, exchange.listener()).importWeights(file, TARGET, TINY, half);
      Map<String, Tensor> huge = weights();
      huge.replaceAll(
          (name, t) -> name.equals("x_embedder.proj.bias") ? t.mul(new Scalar(1e9f)) : t);
      Path beyond = checkpoint(List.of(), huge);
      refused(
          () ->
              new Exchange(true, exchange.listener())
                  .importWeights(beyond, TARGET, TINY, folder.resolve("no")),
          "x_embedder.proj.bias has numbers beyond the range of float16");
    }
    assertThat(Files.size(half.resolve("model.safetensors")))
        .isLessThan(Files.size(full.resolve("model.safetensors")) * 6 / 10);
    assertAnswers(half, 1e-2);
  }

  @Test
  void positions_of_another_network_are_refused_and_nothing_is_left() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> other = weights();
      other.replaceAll((name, t) -> name.equals("pos_embed") ? t.flip(1) : t);
      Path file = checkpoint(List.of(), other);
      refused(
          () -> exchange.importWeights(file, TARGET, TINY, folder.resolve("no")),
          "pos_embed is not what this network computes");
    }
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("checkpoint.pt"));
    }
  }

  @Test
  void an_interrupted_import_leaves_nothing() throws IOException {
    Exchange stopped =
        new Exchange(
            false,
            (done, total) -> {
              if (done == 5) {
                throw new CancellationException("stopped");
              }
            });
    try (TensorScope scope = TensorScope.open()) {
      Path file = checkpoint(List.of(), weights());
      assertThatThrownBy(() -> stopped.importWeights(file, TARGET, TINY, folder.resolve("no")))
          .isInstanceOf(CancellationException.class);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("checkpoint.pt"));
    }
  }

  @Test
  void what_exists_is_not_replaced_and_unknown_forms_are_named() {
    try (TensorScope scope = TensorScope.open()) {
      Path file = checkpoint(List.of(), weights());
      refused(() -> exchange.importWeights(file, TARGET, TINY, folder), "exists already");
      Path imported = folder.resolve("dit");
      exchange.importWeights(file, TARGET, TINY, imported);
      refused(() -> exchange.export(imported, "diffusers", folder), "exists already");
      refused(
          () -> exchange.export(imported, "onnx", folder.resolve("no")),
          "only to: diffusers, original");
      refused(() -> ImportTargets.named("dalle"), "dit-xl-2");
    }
  }

  private static void assertAnswers(Path imported, double tolerance) {
    DiT net = new DiT(TINY, new Rng(9));
    ComponentFolder.load(imported, net);
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("dit");
      Tensor x = golden.get("x").permute(0, 2, 3, 1).contiguous();
      Tensor out = net.forward(x, golden.get("t"), golden.get("y")).permute(0, 3, 1, 2);
      assertThat(golden.error(out, "expected")).isLessThan(tolerance);
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(KinetoneException.class).hasMessageContaining(message);
  }

  private Path checkpoint(List<String> group, Map<String, Tensor> tensors) {
    Path file = folder.resolve("checkpoint.pt");
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    tensors.forEach((name, t) -> deferred.put(name, Deferred.of(t)));
    PickleWriter.write(file, group, deferred);
    return file;
  }

  private static Map<String, Tensor> weights() {
    return Golden.read("dit").weights();
  }
}
