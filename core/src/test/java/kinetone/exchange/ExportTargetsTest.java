package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.NarrowCavp;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.opensora.NarrowOpenSora;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks in the forms that public code reads. */
class ExportTargetsTest {
  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder, exchange);
  }

  @ParameterizedTest
  @MethodSource("kinetone.exchange.TargetCase#all")
  void exported_in_each_form_and_imported_again_nothing_changes(TargetCase network) {
    try (TensorScope scope = TensorScope.open()) {
      Path first = checkpoints.imported(network, "first");
      Map<String, Tensor> expected = Checkpoints.stored(first);
      for (String form : forms(first)) {
        Path file = exchange.export(first, form, folder.resolve(form));
        Path again = checkpoints.imported(network, file, form + "-again");
        Map<String, Tensor> actual = Checkpoints.stored(again);
        assertThat(actual).containsOnlyKeys(expected.keySet());
        // Weight normalisation takes numbers apart and together.
        double tolerance = network.name().equals("hifi-gan") ? 1e-6 : 0;
        expected.forEach(
            (name, t) ->
                assertThat(actual.get(name).sub(t).abs().max().item_double())
                    .as(form + " " + name)
                    .isLessThanOrEqualTo(tolerance));
        assertThat(network.error().applyAsDouble(again)).isLessThan(1e-4);
      }
    }
  }

  private static List<String> forms(Path at) {
    return switch (ComponentFolder.type(at)) {
      case "Mdsgen",
          "Cavp",
          "AlignmentClassifier",
          "OpenSoraAutoencoder",
          "StDit3",
          "Vggish",
          "Panns",
          "AudioClip" ->
          List.of("original");
      case "ClapAudio" -> List.of("diffusers");
      default -> List.of("diffusers", "original");
    };
  }

  @Test
  void transformers_gets_a_vocoder_that_leaves_spectrograms_as_they_are() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase vocoder = TargetCase.named("hifi-gan");
      Path at = checkpoints.imported(vocoder, "at");
      Path file = exchange.export(at, "diffusers", folder.resolve("out"));
      assertThat(file).hasFileName("model.safetensors");
      JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
      assertThat(config.get("normalize_before").asBoolean(true)).isFalse();
      assertThat(config.get("upsample_rates").toString()).isEqualTo("[5,2]");
      assertThat(config.get("model_in_dim").asInt()).isEqualTo(8);
      assertThat(SafeTensors.read(file).tensors())
          .containsKeys("mean", "scale", "upsampler.0.weight", "resblocks.0.convs1.0.weight");
    }
  }

  @Test
  void open_sora_gets_its_chunks_and_what_it_subtracts_and_divides_by() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path at = checkpoints.imported(TargetCase.named("opensora-vae"), "at");
      Path file = exchange.export(at, "original", folder.resolve("out"));
      assertThat(file).hasFileName("model.safetensors");
      JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
      assertThat(config.get("micro_frame_size").asInt()).isEqualTo(17);
      assertThat(config.get("shift").toString()).isEqualTo("[-0.1,0.34,0.27,0.98]");
      assertThat(config.get("vae_temporal").get("channel_multipliers").toString())
          .isEqualTo("[1,2,2,4]");
      Map<String, Tensor> theirs = NarrowOpenSora.golden().weights();
      Map<String, Tensor> ours = SafeTensors.read(file).tensors();
      assertThat(ours).containsOnlyKeys(theirs.keySet());
      theirs.forEach((name, t) -> assertThat(ours.get(name).equal(t)).as(name).isTrue());
    }
  }

  @Test
  void what_public_code_cannot_compute_is_not_exported() throws IOException {
    AutoencoderKlConfig moved =
        new AutoencoderKlConfig(1, List.of(4), 1, true, 4, 2, -6, 3, Regularisation.kl(0));
    try (Rng rng = new Rng(1)) {
      MelCodecConfig codec = new MelCodecConfig(moved, MelFrontEndConfig.AUDIO_LDM);
      CodecFolder.save(
          Files.createDirectory(folder.resolve("moved")),
          MelCodec.FORMAT,
          new MelCodec(codec, new AutoencoderKl(moved, rng)),
          LatentStatistics.identity(2),
          ScalarType.Float);
      HiFiGanConfig steep =
          new HiFiGanConfig(8, 4, List.of(5, 2), List.of(16, 4), List.of(3), List.of(1), 0.1);
      VocoderFolder.save(
          Files.createDirectory(folder.resolve("steep")),
          new HiFiGan(steep, rng),
          NarrowConfigs.vocoder(8, 4, List.of(5, 2), List.of(16, 4)).frontEnd(),
          ScalarType.Float);
      Cavp cavp = new Cavp(NarrowCavp.CONFIG, rng);
      Cavp.FOLDER.save(Files.createDirectory(folder.resolve("cavp")), cavp, ScalarType.Float);
    }
    assertNotExported("moved", "no public form");
    assertNotExported("steep", "lastSlope is 0.1");
    assertNotExported("cavp", "only to: original");
  }

  private void assertNotExported(String what, String message) {
    assertThatThrownBy(
            () -> exchange.export(folder.resolve(what), "diffusers", folder.resolve("no")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void statistics_per_channel_are_exported_as_such() throws IOException {
    try (Rng rng = new Rng(1)) {
      LatentStatistics statistics =
          new LatentStatistics(new float[] {1, 2, 3}, new float[] {4, 5, 6});
      CodecFolder.save(
          Files.createDirectory(folder.resolve("ours")),
          MelCodec.FORMAT,
          new MelCodec(NarrowConfigs.MEL_CODEC, new AutoencoderKl(NarrowConfigs.MEL, rng)),
          statistics,
          ScalarType.Float);
    }
    Path file = exchange.export(folder.resolve("ours"), "diffusers", folder.resolve("out"));
    JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
    assertThat(config.get("scaling_factor").asDouble()).isEqualTo(1);
    assertThat(config.get("latents_mean").toString()).isEqualTo("[1.0,2.0,3.0]");
    assertThat(config.get("latents_std").toString()).isEqualTo("[4.0,5.0,6.0]");
  }
}
