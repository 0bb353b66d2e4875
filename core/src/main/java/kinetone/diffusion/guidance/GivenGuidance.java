package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.Positions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Classifier-free guidance towards what is given as clean latents: ε̂ = ε_0 + s (ε_g − ε_0), where
 * ε_0 sees zeros, the mean of standardised latents, in the place of what is given. Networks learn
 * that pass by {@link #hide} in training. Around this, {@link ClassifierFreeGuidance} guides by
 * text: the two weights of Brooks et al. 2023 (InstructPix2Pix, eq. 3).
 */
public final class GivenGuidance implements Denoiser {
  private final Denoiser inner;
  private final double scale;
  private final Batching batching;

  /**
   * Guides {@code inner}.
   *
   * @param scale the weight s; 1 means no guidance and a single pass
   */
  public GivenGuidance(Denoiser inner, double scale) {
    this.inner = inner;
    this.scale = Check.atLeast("guidance scale", scale, 0.0);
    this.batching = Batching.BY_DEVICE;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    if (scale == 1) {
      return inner.predict(noisy, levels, conditions);
    }
    Latents nothing = Positions.whereNoisy(levels, noisy, noisy.times(0));
    List<Prediction> passes =
        Passes.of(
            inner,
            batching,
            List.of(
                new Passes.Pass(noisy, levels, conditions),
                new Passes.Pass(nothing, levels, conditions)));
    Scalar factor = new Scalar(scale);
    Latents without = passes.get(1).noise();
    Latents guided =
        passes.get(0).noise().zip(without, (given, none) -> none.add(given.sub(none), factor));
    return new Prediction(guided, passes.get(0).variance());
  }

  /**
   * Hides what is given in some examples, as {@code inner} sees it without guidance.
   *
   * @param hidden bool (B), true where it is hidden
   */
  public static Latents hide(Latents noisy, NoiseLevels levels, Tensor hidden) {
    Map<Modality, Tensor> seen = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      Tensor value = noisy.get(modality);
      Tensor shown =
          levels
              .get(modality)
              .gt(new Scalar(0L))
              .logical_or(
                  hidden.to(value.device(), hidden.scalar_type()).logical_not().unsqueeze(1));
      seen.put(modality, value.where(Positions.broadcast(shown, value), new Scalar(0.0)));
    }
    return Latents.of(seen);
  }
}
