package kinetone.diffusion.loss;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import org.bytedeco.pytorch.Tensor;

/**
 * Mean squared error of the predicted noise. Parts: {@code video} and {@code audio}, the mean of
 * each modality.
 *
 * @param weighting how elements of different modalities add up
 * @param counted which positions count
 * @param weight how much each noise level counts
 */
public record NoiseLoss(Weighting weighting, Counted counted, PositionWeight weight)
    implements DenoisingLoss {
  /** The loss of MoNL: plain mean squared error on all elements. */
  public static final NoiseLoss PLAIN = new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL);

  /** A loss in which every noise level counts the same. */
  public NoiseLoss(Weighting weighting, Counted counted) {
    this(weighting, counted, PositionWeight.NONE);
  }

  @Override
  public Value of(Sample sample, Denoiser.Prediction prediction) {
    Map<Modality, Tensor> errors = new EnumMap<>(Modality.class);
    for (Modality modality : sample.noise().modalities()) {
      Tensor difference = prediction.noise().get(modality).sub(sample.noise().get(modality));
      Tensor levels = sample.levels().get(modality);
      errors.put(modality, weight.apply(difference.square(), levels));
    }
    return new Reduction(weighting, counted).reduce(Latents.of(errors), sample.levels(), "");
  }
}
