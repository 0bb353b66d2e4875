package kinetone.diffusion.loss;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.Positions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Mean squared error of the predicted noise.
 *
 * @param weighting how elements of different modalities add up
 * @param positions which positions count
 */
public record NoiseLoss(Weighting weighting, Counted positions) implements DenoisingLoss {
  /** How elements of different modalities add up. */
  public enum Weighting {
    /** One mean over all elements of all modalities: the larger latent weighs more (MoNL). */
    ALL_ELEMENTS,
    /** The mean of each modality, summed (MM-Diffusion, UniForm: L_v + L_a). */
    SUM_OF_MODALITIES
  }

  /** Which positions count. */
  public enum Counted {
    /** All of them (MoNL). */
    ALL,
    /** Those with a noise level above 0: task-specific training does not count the condition. */
    NOISY
  }

  /** The loss of MoNL: plain mean squared error on all elements. */
  public static final NoiseLoss PLAIN = new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL);

  @Override
  public Value of(Sample sample, Denoiser.Prediction prediction) {
    Map<Modality, Tensor> sums = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> counts = new EnumMap<>(Modality.class);
    for (Modality modality : sample.noise().modalities()) {
      Tensor error =
          prediction.noise().get(modality).sub(sample.noise().get(modality)).square();
      Tensor weight = weight(sample.levels(), modality, error);
      sums.put(modality, error.mul(weight).sum());
      counts.put(
          modality, weight.sum().mul(new Scalar((double) elementsPerPosition(error))));
    }
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor sum = null;
    Tensor count = null;
    Tensor means = null;
    for (Modality modality : sums.keySet()) {
      Tensor mine = counts.get(modality);
      // A modality that is wholly given counts nothing: 0 / 1, not 0 / 0.
      Tensor mean = sums.get(modality).div(mine.clamp_min(new Scalar(1.0)));
      parts.put(modality.name().toLowerCase(Locale.ROOT), mean.detach());
      sum = sum == null ? sums.get(modality) : sum.add(sums.get(modality));
      count = count == null ? mine : count.add(mine);
      means = means == null ? mean : means.add(mean);
    }
    Tensor total =
        weighting == Weighting.SUM_OF_MODALITIES
            ? means
            : sum.div(count.clamp_min(new Scalar(1.0)));
    return new Value(total, parts);
  }

  /** 1 where a position counts, (B, time, 1, ...). */
  private Tensor weight(NoiseLevels levels, Modality modality, Tensor like) {
    Tensor t = Positions.broadcast(levels.get(modality), like);
    Tensor counted = positions == Counted.NOISY ? t.gt(new Scalar(0L)) : t.ge(new Scalar(0L));
    return counted.to(like.scalar_type());
  }

  private static long elementsPerPosition(Tensor tensor) {
    return tensor.numel() / (tensor.size(0) * tensor.size(1));
  }
}
