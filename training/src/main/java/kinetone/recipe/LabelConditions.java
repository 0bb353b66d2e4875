package kinetone.recipe;

import java.util.List;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The classes of a batch, as networks in training hear of them. */
final class LabelConditions {
  private LabelConditions() {}

  /**
   * The classes of {@code batch}, some of them dropped; nothing where the model has no names for
   * its classes, and so the data have none.
   *
   * @param names of the model's classes, or null
   * @param repeats examples that follow each other and are of the same clip
   */
  static Conditions of(
      LatentBatch batch, List<String> names, long repeats, double conditionDrop, Rng rng) {
    if (names == null) {
      return Conditions.NONE;
    }
    var labels = batch.get(LatentRoles.LABEL).to(ScalarType.Long).expand(-1, repeats).reshape(-1);
    return new ConditionDrop(conditionDrop)
        .apply(Conditions.NONE.withLabels(labels), labels.size(0), rng);
  }
}
