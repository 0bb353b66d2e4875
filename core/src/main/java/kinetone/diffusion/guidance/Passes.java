package kinetone.diffusion.guidance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The passes of a guided step, together or one after the other. */
final class Passes {
  private Passes() {}

  /** What a pass is given. */
  record Pass(Latents noisy, NoiseLevels levels, Conditions conditions) {}

  /**
   * Asks {@code inner} about each pass, or once about all.
   *
   * @return the answers, in the order of {@code passes}
   */
  static List<Denoiser.Prediction> of(Denoiser inner, Batching batching, List<Pass> passes) {
    Optional<Conditions> together =
        batching.joins(passes.get(0).noisy()) ? joined(passes) : Optional.empty();
    return together.isPresent()
        ? asOne(inner, passes, together.get())
        : passes.stream().map(p -> inner.predict(p.noisy(), p.levels(), p.conditions())).toList();
  }

  private static List<Denoiser.Prediction> asOne(
      Denoiser inner, List<Pass> passes, Conditions together) {
    Latents first = passes.get(0).noisy();
    Map<Modality, Tensor> noisy = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    for (Modality modality : first.modalities()) {
      noisy.put(modality, cat(passes, p -> p.noisy().get(modality)));
      levels.put(modality, cat(passes, p -> p.levels().get(modality)));
    }
    Denoiser.Prediction all = inner.predict(Latents.of(noisy), NoiseLevels.of(levels), together);
    List<Denoiser.Prediction> answers = new ArrayList<>();
    for (int i = 0; i < passes.size(); i++) {
      answers.add(part(all, i * first.batch(), first.batch()));
    }
    return answers;
  }

  /**
   * The conditions of all, one after the other. Where a pass is told nothing of what the first is
   * told, it gets the same and is marked as one that does not see it.
   *
   * @return empty when one batch cannot say them all
   */
  private static Optional<Conditions> joined(List<Pass> passes) {
    Conditions first = passes.get(0).conditions();
    boolean[] sees = new boolean[passes.size()];
    boolean dropped = false;
    for (int i = 0; i < sees.length; i++) {
      Conditions c = passes.get(i).conditions();
      boolean unlike =
          c.selfConditioning().isPresent() != first.selfConditioning().isPresent()
              || c.task().isPresent()
              || !fit(c.text(), first.text());
      sees[i] =
          c.features().isPresent() == first.features().isPresent()
              && c.labels().isPresent() == first.labels().isPresent()
              && c.text().isPresent() == first.text().isPresent();
      boolean told = c.features().isPresent() || c.labels().isPresent() || c.text().isPresent();
      if (unlike || (!sees[i] && told)) {
        return Optional.empty();
      }
      dropped |= !sees[i] || c.keep().isPresent();
    }
    Optional<Tensor> features = told(passes, Conditions::features);
    Optional<Tensor> labels = told(passes, Conditions::labels);
    Optional<Conditions.Text> text =
        first.text().map(words -> new Conditions.Text(texts(passes, words), masks(passes, words)));
    Optional<Tensor> like = features.or(() -> labels).or(() -> text.map(Conditions.Text::mask));
    return Optional.of(
        new Conditions(
            first.selfConditioning().map(e -> estimates(passes, e)),
            features,
            text,
            Optional.empty(),
            labels,
            dropped ? like.map(x -> keep(passes, sees, x)) : Optional.empty()));
  }

  /** Whether two texts fit into one batch: as many tokens, so that nothing has to be padded. */
  private static boolean fit(Optional<Conditions.Text> one, Optional<Conditions.Text> other) {
    return one.isEmpty()
        || other.isEmpty()
        || one.get().mask().size(1) == other.get().mask().size(1);
  }

  private static Tensor texts(List<Pass> passes, Conditions.Text first) {
    return cat(passes, p -> p.conditions().text().orElse(first).embedding());
  }

  private static Tensor masks(List<Pass> passes, Conditions.Text first) {
    return cat(passes, p -> p.conditions().text().orElse(first).mask());
  }

  private static Optional<Tensor> told(
      List<Pass> passes, Function<Conditions, Optional<Tensor>> what) {
    return what.apply(passes.get(0).conditions())
        .map(x -> cat(passes, p -> what.apply(p.conditions()).orElse(x)));
  }

  private static Latents estimates(List<Pass> passes, Latents first) {
    Map<Modality, Tensor> all = new EnumMap<>(Modality.class);
    for (Modality modality : first.modalities()) {
      all.put(
          modality,
          cat(passes, p -> p.conditions().selfConditioning().orElseThrow().get(modality)));
    }
    return Latents.of(all);
  }

  /** bool (B) where {@code like} is; made there, without a copy. */
  private static Tensor keep(List<Pass> passes, boolean[] sees, Tensor like) {
    long batch = like.size(0);
    long each = batch / sees.length;
    Tensor kept = torch.ones_like(like.reshape(batch, -1).select(1, 0)).to(torch.ScalarType.Bool);
    for (int i = 0; i < sees.length; i++) {
      Tensor mine = kept.narrow(0, i * each, each);
      if (!sees[i]) {
        mine.zero_();
      } else {
        passes.get(i).conditions().keep().ifPresent(mine::copy_);
      }
    }
    return kept;
  }

  private static Denoiser.Prediction part(Denoiser.Prediction all, long from, long batch) {
    return new Denoiser.Prediction(
        all.noise().map(t -> t.narrow(0, from, batch)),
        all.variance().map(v -> v.map(t -> t.narrow(0, from, batch))));
  }

  private static Tensor cat(List<Pass> passes, Function<Pass, Tensor> part) {
    return torch.cat(new TensorVector(passes.stream().map(part).toArray(Tensor[]::new)), 0);
  }
}
