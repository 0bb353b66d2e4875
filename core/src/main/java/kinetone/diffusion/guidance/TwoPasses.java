package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The two passes of a guided step, together or one after the other.
 *
 * @param first what the conditional pass says
 * @param second what the other says
 */
record TwoPasses(Denoiser.Prediction first, Denoiser.Prediction second) {
  /** What a pass is given. */
  record Pass(Latents noisy, NoiseLevels levels, Conditions conditions) {}

  /** Asks {@code inner} twice, or once about both. */
  static TwoPasses of(Denoiser inner, Batching batching, Pass first, Pass second) {
    Optional<Conditions> together =
        batching.joins(first.noisy()) ? joined(first, second) : Optional.empty();
    return together.isPresent()
        ? asOne(inner, first, second, together.get())
        : new TwoPasses(ask(inner, first), ask(inner, second));
  }

  private static TwoPasses asOne(Denoiser inner, Pass first, Pass second, Conditions together) {
    Latents noisy = first.noisy().zip(second.noisy(), TwoPasses::cat);
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      levels.put(modality, cat(first.levels().get(modality), second.levels().get(modality)));
    }
    Denoiser.Prediction both = inner.predict(noisy, NoiseLevels.of(levels), together);
    long batch = first.noisy().batch();
    return new TwoPasses(part(both, 0, batch), part(both, batch, batch));
  }

  /**
   * The conditions of both, one after the other. Where the second is told nothing of what the first
   * is told, it gets the same and is marked as one that does not see it.
   *
   * @return empty when one batch cannot say both
   */
  private static Optional<Conditions> joined(Pass first, Pass second) {
    Conditions a = first.conditions();
    Conditions b = second.conditions();
    boolean unlike =
        a.selfConditioning().isPresent() != b.selfConditioning().isPresent()
            || a.keep().isPresent()
            || b.keep().isPresent()
            || a.text().isPresent()
            || b.text().isPresent()
            || a.task().isPresent()
            || b.task().isPresent();
    if (unlike) {
      return Optional.empty();
    }
    boolean sameKinds =
        a.features().isPresent() == b.features().isPresent()
            && a.labels().isPresent() == b.labels().isPresent();
    boolean dropped = b.features().isEmpty() && b.labels().isEmpty();
    if (!sameKinds && !dropped) {
      return Optional.empty();
    }
    Optional<Tensor> features = a.features().map(x -> cat(x, b.features().orElse(x)));
    Optional<Tensor> labels = a.labels().map(x -> cat(x, b.labels().orElse(x)));
    Optional<Tensor> keep =
        sameKinds ? Optional.empty() : features.or(() -> labels).map(x -> firstHalf(x.size(0), x));
    return Optional.of(
        new Conditions(
            a.selfConditioning().map(e -> e.zip(b.selfConditioning().get(), TwoPasses::cat)),
            features,
            Optional.empty(),
            Optional.empty(),
            labels,
            keep));
  }

  /** bool (B) where {@code like} is, true for the first half; made there, without a copy. */
  private static Tensor firstHalf(long batch, Tensor like) {
    Tensor kept = torch.ones_like(like.reshape(batch, -1).select(1, 0));
    kept.narrow(0, batch / 2, batch / 2).zero_();
    return kept.to(torch.ScalarType.Bool);
  }

  private static Denoiser.Prediction ask(Denoiser inner, Pass pass) {
    return inner.predict(pass.noisy(), pass.levels(), pass.conditions());
  }

  private static Denoiser.Prediction part(Denoiser.Prediction both, long from, long batch) {
    return new Denoiser.Prediction(
        both.noise().map(t -> t.narrow(0, from, batch)),
        both.variance().map(v -> v.map(t -> t.narrow(0, from, batch))));
  }

  private static Tensor cat(Tensor first, Tensor second) {
    return torch.cat(new TensorVector(first, second), 0);
  }
}
