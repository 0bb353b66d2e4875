package kinetone.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.diffusion.Conditions;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ConditionDropTest {
  @Test
  void conditions_are_dropped_by_example_and_stay_dropped() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Conditions conditions = Conditions.NONE.withFeatures(rng.normal(1000, 3, 5));
      Tensor keep = new ConditionDrop(0.1).apply(conditions, 1000, rng).keep().orElseThrow();
      assertThat(keep.sum().item_double()).isBetween(870.0, 930.0);
      assertThat(new ConditionDrop(0).apply(conditions, 1000, rng).keep()).isEmpty();
      Tensor none =
          new ConditionDrop(1).apply(conditions.withKeep(keep), 1000, rng).keep().orElseThrow();
      assertThat(none.any().item_bool()).isFalse();
      Tensor twice =
          new ConditionDrop(0.5).apply(conditions.withKeep(keep), 1000, rng).keep().orElseThrow();
      assertThat(twice.logical_and(keep.logical_not()).any().item_bool()).isFalse();
    }
  }
}
