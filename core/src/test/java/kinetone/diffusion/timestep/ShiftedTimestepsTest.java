package kinetone.diffusion.timestep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ShiftedTimestepsTest {
  private static final int STEPS = 1000;
  private static final Map<Modality, Integer> LENGTHS = Fixtures.MONOLOGUES.lengths();
  private static final TimestepSampler UNIFORM = new Vanilla(STEPS, LENGTHS);

  private static Tensor sound(TimestepSampler sampler) {
    try (Rng rng = new Rng(4)) {
      return sampler.sample(4000, rng).get(Modality.AUDIO);
    }
  }

  /** The share of examples above t = 750, which is u = 3 / 4 = 3 · 0.5 / (1 + 2 · 0.5). */
  private static double high(double shift) {
    Tensor t = sound(new ShiftedTimesteps(UNIFORM, STEPS, shift));
    return t.gt(new Scalar(750L)).to(ScalarType.Float).mean().item_double();
  }

  @Test
  void a_shift_of_three_moves_the_median_to_three_quarters() {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(high(3)).isBetween(0.47, 0.53);
      assertThat(high(1)).isBetween(0.22, 0.28);
    }
  }

  @Test
  void a_shift_of_one_changes_nothing() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor same = sound(new ShiftedTimesteps(UNIFORM, STEPS, 1));
      assertThat(same.equal(sound(UNIFORM))).isTrue();
      assertThat(sound(new ShiftedTimesteps(UNIFORM, STEPS, 2)).equal(sound(UNIFORM))).isFalse();
    }
  }

  @Test
  void levels_stay_between_the_lowest_noise_and_pure_noise() {
    try (TensorScope scope = TensorScope.open()) {
      for (double shift : new double[] {0.2, 1, 8}) {
        Tensor t = sound(new ShiftedTimesteps(UNIFORM, STEPS, shift));
        assertThat(t.min().item_long()).isGreaterThanOrEqualTo(1);
        assertThat(t.max().item_long()).isLessThanOrEqualTo(STEPS);
      }
    }
  }

  @Test
  void what_is_given_stays_clean() {
    TimestepSampler task = new TaskSpecific(STEPS, TaskMask.only(Modality.AUDIO, LENGTHS), LENGTHS);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(4)) {
      Tensor video = new ShiftedTimesteps(task, STEPS, 5).sample(100, rng).get(Modality.VIDEO);
      assertThat(video.eq(new Scalar(0L)).all().item_bool()).isTrue();
    }
  }

  @Test
  void a_shift_must_be_positive() {
    assertThatThrownBy(() -> new ShiftedTimesteps(UNIFORM, STEPS, 0))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("shift");
  }
}
