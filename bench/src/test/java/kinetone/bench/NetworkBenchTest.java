package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.tensor.Precision;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkBenchTest {
  @Test
  void median_is_the_middle_value_or_the_mean_of_the_two_in_the_middle() {
    assertThat(Timing.median(3, 1, 20)).isEqualTo(3);
    assertThat(Timing.median(4, 1, 20, 2)).isEqualTo(3);
    assertThatThrownBy(Timing::median).isInstanceOf(KinetoneException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  void parts_and_rest_of_a_forward_pass_sum_to_the_whole(Precision precision) {
    DenoiserBench.Report report = DenoiserBench.run(TinyModel.DENOISER, 2, precision, 3);
    assertThat(report.forwardGflops() * report.forwardSeconds() * 1e9)
        .isCloseTo(2 * TinyModel.DENOISER.forwardFlops(), within(1.0));
    assertThat(report.ofSgemm()).isPositive();
    assertThat(report.ofMatmul()).isPositive();
    assertThat(report.parts().stream().mapToDouble(DenoiserBench.Part::share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(report.parts()).extracting(DenoiserBench.Part::name).contains("attention", "rest");
    assertThat(report.parameters()).isEqualTo(TinyModel.DENOISER.parameterCount());
  }

  @Test
  void the_products_of_the_parts_are_nearly_all_the_operations_of_the_network() {
    DenoiserBench.Report report = DenoiserBench.run(TinyModel.DENOISER, 1, Precision.FP32, 1);
    double counted =
        report.parts().stream()
            .filter(part -> !Double.isNaN(part.gflops()))
            .mapToDouble(part -> part.gflops() * 1e9 * part.seconds())
            .sum();
    assertThat(counted / TinyModel.DENOISER.forwardFlops()).isCloseTo(1, within(1e-6));
  }

  @Test
  void ratio_of_a_round_uses_the_products_of_that_round() {
    DenoiserBench.Peak fast = new DenoiserBench.Peak(200, 400);
    DenoiserBench.Peak slow = new DenoiserBench.Peak(100, 300);
    assertThat(fast.mean(slow)).isEqualTo(new DenoiserBench.Peak(150, 350));
  }

  @Test
  void a_training_step_is_forward_backward_and_optimiser() {
    TrainBench.Report report =
        TrainBench.run(TinyModel.DENOISER, 2, new Device("cpu"), Precision.FP32, 3, 1);
    assertThat(report.samplesPerSecond() * report.stepSeconds()).isCloseTo(2, within(1e-9));
    assertThat(
            List.of(
                report.forwardSeconds(),
                report.backwardSeconds(),
                report.optimizerSeconds(),
                report.ofSgemm(),
                report.ofMatmul()))
        .allMatch(figure -> figure > 0);
    assertThat(report.stepSeconds()).isGreaterThanOrEqualTo(report.backwardSeconds());
  }

  @Test
  void a_batch_of_nothing_is_refused() {
    assertThatThrownBy(() -> DenoiserBench.run(TinyModel.DENOISER, 0, Precision.FP32, 1))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("batch");
  }
}
