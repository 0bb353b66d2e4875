package kinetone.diffusion.loss;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.Positions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** From losses per element to one number. */
record Reduction(Weighting weighting, Counted counted) {
  /** Reduces {@code elements}; the parts are called by modality and {@code suffix}. */
  DenoisingLoss.Value reduce(Latents elements, NoiseLevels levels, String suffix) {
    Map<Modality, Tensor> sums = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> counts = new EnumMap<>(Modality.class);
    for (Modality modality : elements.modalities()) {
      Tensor values = elements.get(modality);
      Tensor weight = weight(levels.get(modality), values);
      long perPosition = values.numel() / (values.size(0) * values.size(1));
      // where, not a product: the loss of a position that does not count may be infinite.
      Tensor kept = values.where(weight, new Scalar(0.0));
      sums.put(modality, kept.sum());
      counts.put(modality, weight.sum().to(values.scalar_type()).mul(new Scalar(perPosition)));
    }
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor sum = null;
    Tensor count = null;
    Tensor means = null;
    for (Modality modality : sums.keySet()) {
      Tensor mine = counts.get(modality);
      Tensor mean = sums.get(modality).div(atLeastOne(mine));
      parts.put(modality.name().toLowerCase(Locale.ROOT) + suffix, mean.detach());
      sum = sum == null ? sums.get(modality) : sum.add(sums.get(modality));
      count = count == null ? mine : count.add(mine);
      means = means == null ? mean : means.add(mean);
    }
    boolean separate = weighting == Weighting.SUM_OF_MODALITIES;
    return new DenoisingLoss.Value(separate ? means : sum.div(atLeastOne(count)), parts);
  }

  /** A modality that is wholly given counts nothing: 0 / 1, not 0 / 0. */
  private static Tensor atLeastOne(Tensor count) {
    return count.clamp_min(new Scalar(1.0));
  }

  /** bool (B, time, 1, ...), true where a position counts. */
  private Tensor weight(Tensor levels, Tensor like) {
    Tensor t = Positions.broadcast(levels, like);
    return counted == Counted.NOISY ? t.gt(new Scalar(0L)) : t.ge(new Scalar(0L));
  }
}
