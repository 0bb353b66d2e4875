package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.pipeline.ProgressListener;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.vocoder.HiFiGanConfig;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class MdsgenBenchTest {
  private static final MdsgenConfig TINY =
      new MdsgenConfig(
          2,
          16,
          2,
          1,
          Gelu.ERF,
          16,
          new MdsgenConfig.Latent(8, 16, 8, 2, MdsgenConfig.Rows.TIME),
          new MdsgenConfig.Features(3, 5));

  @TempDir Path folder;

  private static MdsgenJob job(HiFiGanConfig vocoder, boolean guidance, String comparison) {
    return new MdsgenJob(
        "tiny",
        TINY,
        AutoencoderKlConfig.TINY_MEL,
        vocoder,
        3,
        guidance,
        2,
        1,
        Compute.CPU,
        comparison);
  }

  @Test
  void a_size_is_measured_in_a_process_of_its_own() {
    MdsgenBench.Report report =
        MdsgenBench.run(List.of(job(HiFiGanConfig.TINY, true, null)), ProgressListener.NONE);
    assertThat(report.samplesOfSound()).isEqualTo(8 * 4 * 160);
    MdsgenBench.Row row = report.sizes().get(0);
    assertThat(row.parameters()).isEqualTo(TINY.inferenceParameterCount());
    assertThat(row.vocoderParameters()).isEqualTo(HiFiGanConfig.TINY.parameterCount());
    assertThat(row.sampleSeconds())
        .isCloseTo(
            row.denoiserSeconds() + row.autoencoderSeconds() + row.vocoderSeconds(), within(1e-9));
    assertThat(List.of(row.denoiserSeconds(), row.autoencoderSeconds(), row.vocoderSeconds()))
        .allMatch(seconds -> seconds > 0);
    assertThat(row.peakMebibytes()).isGreaterThan(1);
  }

  @Test
  void a_comparison_denoises_the_given_noise_with_the_given_weights() {
    Mdsgen net = new Mdsgen(TINY, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      StateDict.parameters(net).values().forEach(p -> fill(p, rng));
      SafeTensors.write(folder.resolve("weights.safetensors"), StateDict.of(net), Map.of());
      Tensor noise = rng.normal(1, 8, 16, 8);
      Tensor features = rng.normal(1, 3, 5);
      Tensor guided = latents(noise, features, true);
      assertThat(guided.shape()).isEqualTo(noise.shape());
      assertThat(distance(guided, latents(noise, features, true))).isZero();
      assertThat(distance(guided, latents(noise, features, false))).isPositive();
      assertThat(distance(guided, latents(noise.flip(1), features, true))).isPositive();
      assertThat(distance(guided, latents(noise, features.flip(1), true))).isPositive();
    }
    net.close();
  }

  private static void fill(Tensor parameter, Rng rng) {
    parameter.detach().copy_(rng.normal(parameter.shape()).mul(Tensors.of(new float[] {0.1f}, 1)));
  }

  private Tensor latents(Tensor noise, Tensor features, boolean guidance) {
    SafeTensors.write(
        folder.resolve("start.safetensors"),
        Map.of("noise", noise, "features", features),
        Map.of());
    MdsgenBench.Compared compared =
        MdsgenProbe.compared(job(HiFiGanConfig.TINY, guidance, folder.toString()));
    assertThat(compared.denoiserSeconds()).isPositive();
    // The clock of processes may tick in hundredths of a second.
    assertThat(compared.denoiserCpuSeconds()).isNotNegative();
    return SafeTensors.read(folder.resolve("latents.safetensors")).tensors().get("latents");
  }

  private static float distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_float();
  }

  @Test
  void what_does_not_exist_or_fit_is_named() {
    assertThatThrownBy(
            () -> MdsgenBench.run(List.of("xl"), 25, true, 1, Compute.CPU, ProgressListener.NONE))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("mdsgen-xl-audioldm");
    assertThatThrownBy(() -> MdsgenBench.compare(folder, "t", 25, true, 1))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("weights.safetensors");
    HiFiGanConfig wide =
        new HiFiGanConfig(80, 4, List.of(5, 4), List.of(11, 8), List.of(3), List.of(1), 0.01);
    assertThatThrownBy(() -> job(wide, true, null))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("vocoder.bands = 80");
  }

  @Test
  void the_peak_of_memory_is_at_least_what_is_held() {
    long now = ResidentSet.bytes();
    // The kernel counts pages per thread and adds them up now and then.
    assertThat(ResidentSet.peakBytes()).isGreaterThan(now - (8 << 20));
  }
}
