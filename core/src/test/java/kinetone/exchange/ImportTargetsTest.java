package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.cat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.codec.CodecFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.NarrowCavp;
import kinetone.latent.kl.LatentScale;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks with the weights of public code, in files as that code writes them. */
class ImportTargetsTest {
  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder, exchange);
  }

  @ParameterizedTest
  @MethodSource("kinetone.exchange.TargetCase#all")
  void imported_weights_answer_as_the_code_that_wrote_them(TargetCase network) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> original = network.original().get();
      checkpoints.imported(network, checkpoints.written(network, original), "right");
      original.replaceAll((n, t) -> n.equals(network.last()) ? t.add(new Scalar(1f)) : t);
      checkpoints.imported(network, checkpoints.written(network, original), "wrong");
    }
    assertThat(network.error().applyAsDouble(folder.resolve("right"))).isLessThan(1e-4);
    assertThat(network.error().applyAsDouble(folder.resolve("wrong")))
        .as("another bias")
        .isGreaterThan(1e-2);
  }

  @ParameterizedTest
  @MethodSource("kinetone.exchange.TargetCase#all")
  void missing_surplus_and_renamed_tensors_are_named(TargetCase network) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> wrong = network.original().get();
      String shown = network.prefix() + network.last();
      Tensor moved = wrong.remove(network.last());
      refused(network, wrong, "missing " + shown);
      wrong.put(network.last() + "2", moved);
      refused(network, wrong, "missing " + shown + "; unexpected " + shown + "2");
      wrong.put(network.last(), moved);
      refused(network, wrong, "unexpected " + shown + "2");
      wrong.remove(network.last() + "2");
      wrong.put(network.last(), cat(new TensorVector(moved, moved), 0));
      refused(network, wrong, shown + " has shape");
      assertThat(folder.resolve("no")).doesNotExist();
    }
  }

  @Test
  void a_whole_system_gives_its_autoencoder_with_its_factor_and_its_vocoder() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase vae = TargetCase.named("audioldm-vae");
      TargetCase vocoder = TargetCase.named("hifi-gan");
      Map<String, Tensor> system = new LinkedHashMap<>();
      vae.original().get().forEach((n, t) -> system.put("first_stage_model." + n, t));
      checkpoints.imported(vocoder, "vocoder");
      Checkpoints.stored(folder.resolve("vocoder"))
          .forEach((n, t) -> system.put("first_stage_model.vocoder." + n, t));
      system.put("model.diffusion_model.out.bias", Tensors.of(new float[3], 3));
      system.put("scale_factor", Tensors.of(new float[] {0.8f}).reshape(new long[0]));
      Path file = checkpoints.written(List.of("state_dict"), "", system);
      Path codec = checkpoints.imported(vae, file, "codec");
      assertThat(CodecFolder.statistics(codec).standardDeviation()).containsOnly(1.25f);
      assertThat(CodecFolder.statistics(codec).mean()).containsOnly(0f);
      Path again = checkpoints.imported(vocoder, file, "again");
      assertThat(vae.error().applyAsDouble(codec)).isLessThan(1e-4);
      assertThat(vocoder.error().applyAsDouble(again)).isLessThan(1e-4);

      Path diffusers = exchange.export(codec, "diffusers", folder.resolve("out"));
      JsonNode config = Json.MAPPER.readTree(diffusers.resolveSibling("config.json").toFile());
      assertThat(config.get("scaling_factor").asDouble()).isEqualTo(0.8);
      assertThat(config.get("block_out_channels").size()).isEqualTo(3);
      assertThat(config.get("down_block_types").size()).isEqualTo(3);

      Map<String, Tensor> bare = vae.original().get();
      bare.put("scale_factor", Tensors.of(new float[] {0f}));
      assertThatThrownBy(
              () -> checkpoints.imported(vae, checkpoints.written(List.of(), "", bare), "no"))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("latent scale = 0.0");
    }
  }

  @Test
  void a_configuration_without_sound_takes_only_the_pictures_of_cavp() {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase cavp = TargetCase.named("cavp");
      Path file = checkpoints.written(cavp, cavp.original().get());
      Path at = folder.resolve("pictures");
      exchange.importWeights(
          file,
          ImportTargets.named("cavp"),
          checkpoints.json(NarrowCavp.CONFIG.picturesOnly()),
          at);
      assertThat(Checkpoints.stored(at).keySet())
          .isNotEmpty()
          .noneMatch(name -> name.contains("spec_encoder"));
      assertThat(GoldenAnswers.seen(at)).isLessThan(1e-4);
    }
  }

  @Test
  void without_a_factor_in_the_file_latents_have_the_published_one() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      for (TargetCase vae : List.of(TargetCase.named("sd-vae"), TargetCase.named("audioldm-vae"))) {
        LatentScale scale = vae.name().equals("sd-vae") ? LatentScale.SD : LatentScale.AUDIOLDM;
        Path at = checkpoints.imported(vae, vae.name());
        assertThat(CodecFolder.statistics(at).standardDeviation())
            .containsOnly((float) (1 / scale.factor()));
        Path file = exchange.export(at, "diffusers", folder.resolve(vae.name() + "-out"));
        JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
        assertThat(config.get("scaling_factor").asDouble()).isCloseTo(scale.factor(), within(1e-7));
      }
    }
  }

  @Test
  void latents_of_open_sora_are_standardised_as_its_file_says_and_never_by_a_guess()
      throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase vae = TargetCase.named("opensora-vae");
      Map<String, Tensor> tensors = vae.original().get();
      tensors.put("shift", Tensors.of(new float[] {1, 2, 3, 4}, 1, 4, 1, 1, 1));
      Path at = checkpoints.imported(vae, checkpoints.written(vae, tensors), "at");
      assertThat(CodecFolder.statistics(at).mean()).containsExactly(1, 2, 3, 4);
      assertThat(CodecFolder.statistics(at).standardDeviation())
          .containsExactly(3.85f, 2.32f, 2.33f, 3.06f);
      tensors.put("shift", Tensors.of(new float[] {1}, 1));
      refused(vae, tensors, "shift has shape [1], expected [1, 4, 1, 1, 1]");
      tensors.remove("shift");
      refused(vae, tensors, "no tensor 'shift'");
    }
  }

  @Test
  void another_grid_of_as_many_tokens_is_refused() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase mdsgen = TargetCase.named("mdsgen-b");
      Path file = checkpoints.written(mdsgen, mdsgen.original().get());
      Path turned = checkpoints.json(NarrowConfigs.mdsgen(8, 12));
      assertThatThrownBy(
              () ->
                  exchange.importWeights(
                      file, ImportTargets.named("mdsgen-b"), turned, folder.resolve("no")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("relative_position_index is not what this network computes");
      assertThat(folder.resolve("no")).doesNotExist();
    }
  }

  private void refused(TargetCase network, Map<String, Tensor> tensors, String message) {
    Path file = checkpoints.written(network, tensors);
    assertThatThrownBy(() -> checkpoints.imported(network, file, "no"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }
}
