package kinetone.diffusion.loss;

import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;

/**
 * Mean squared error of the predicted noise. Parts: {@code video} and {@code audio}, the mean of
 * each modality.
 *
 * @param weighting how elements of different modalities add up
 * @param counted which positions count
 */
public record NoiseLoss(Weighting weighting, Counted counted) implements DenoisingLoss {
  /** The loss of MoNL: plain mean squared error on all elements. */
  public static final NoiseLoss PLAIN = new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL);

  @Override
  public Value of(Sample sample, Denoiser.Prediction prediction) {
    Latents error = prediction.noise().zip(sample.noise(), (a, b) -> a.sub(b).square());
    return new Reduction(weighting, counted).reduce(error, sample.levels(), "");
  }
}
