package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.convert.HifiGanNaming;
import kinetone.checkpoint.convert.KlNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.nn.Golden;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that name the weights of one network as different public code does. */
class TargetNamingsTest {
  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder, exchange);
  }

  /** {@code goldens/naming.py}: the reference's own converters made the second from the first. */
  @Test
  void files_before_and_after_the_public_converters_become_the_same() throws IOException {
    AutoencoderKlConfig autoencoder =
        new AutoencoderKlConfig(1, List.of(4, 8, 12), 1, true, 4, 2, 0, 1, Regularisation.kl(0));
    VocoderFolder.Config vocoder = NarrowConfigs.vocoder(80, 8, List.of(2, 2), List.of(4, 4));
    MelCodecConfig mel = new MelCodecConfig(autoencoder, MelFrontEndConfig.AUDIO_LDM);
    assertSameNetwork("audioldm-vae", new StoredMelCodec(mel, null), "kl-compvis", "kl-diffusers");
    assertSameNetwork("hifi-gan", vocoder, "hifigan-norm", "hifigan-plain");
    MelCodec codec = CodecFolder.load(folder.resolve("kl-compvis"), MelCodec.FORMAT).codec();
    HiFiGan generator = VocoderFolder.load(folder.resolve("hifigan-norm")).generator();
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      assertThat(torch.isfinite(codec.decodeSpectrogram(rng.normal(1, 4, 2, 2))).all().item_bool())
          .isTrue();
      assertThat(torch.isfinite(generator.forward(rng.normal(1, 6, 80))).all().item_bool())
          .isTrue();
    }
  }

  private void assertSameNetwork(String name, Object config, String before, String after)
      throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path json = checkpoints.json(config);
      for (String golden : List.of(before, after)) {
        Path file = folder.resolve(golden + ".safetensors");
        SafeTensors.write(file, Golden.read("naming", golden).tensors(), Map.of());
        exchange.importWeights(file, ImportTargets.named(name), json, folder.resolve(golden));
      }
      Map<String, Tensor> expected = Checkpoints.stored(folder.resolve(after));
      Checkpoints.stored(folder.resolve(before))
          .forEach(
              (n, t) ->
                  assertThat(t.sub(expected.get(n)).abs().max().item_double())
                      .as(n)
                      .isLessThan(1e-5));
    }
  }

  @Test
  void every_name_of_hifi_gan_and_of_the_autoencoder_is_read() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      TargetCase vae = TargetCase.named("sd-vae");
      for (Naming naming : List.of(KlNaming.diffusers(), KlNaming.earlierDiffusers())) {
        Map<String, Tensor> there =
            TargetCase.laidOut(Golden.read("kl", "picture").weights(), naming);
        assertThat(
                checkpoints.read(
                    vae, checkpoints.written(List.of(), "vae.", there), naming.label()))
            .isEqualTo(naming.label());
      }
      TargetCase vocoder = TargetCase.named("hifi-gan");
      Path first = checkpoints.imported(vocoder, "first");
      for (Naming naming :
          List.of(
              HifiGanNaming.plain(), HifiGanNaming.parametrized(), HifiGanNaming.transformers())) {
        Map<String, Tensor> there = TargetCase.laidOut(Checkpoints.stored(first), naming);
        String at = "gan-" + naming.label();
        assertThat(checkpoints.read(vocoder, checkpoints.written(List.of(), "vocoder.", there), at))
            .isEqualTo(naming.label());
        assertThat(vocoder.error().applyAsDouble(folder.resolve(at))).isLessThan(1e-4);
      }
    }
  }
}
