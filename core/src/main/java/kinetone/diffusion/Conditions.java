package kinetone.diffusion;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a denoiser is told besides the noisy latents and their noise levels. A system uses what it
 * knows: AVDiT the self-conditioning estimate, MDSGen video features, DiT and AV-DiT a class,
 * UniForm text and task.
 *
 * @param selfConditioning the previous estimate of the clean latents, for networks trained with
 *     self-conditioning (Chen et al. 2022); empty means zeros
 * @param features video features (B, frames, D), empty when the system has none or drops them
 * @param text text embedding (B, tokens, D) with its validity mask
 * @param task task id (B), int64
 * @param labels class numbers (B), int64, empty for "no class"
 * @param keep bool (B), false for examples whose features, text and labels the network shall not
 *     see: the unconditional half of training for classifier-free guidance. Empty means all are
 *     kept
 */
public record Conditions(
    Optional<Latents> selfConditioning,
    Optional<Tensor> features,
    Optional<Text> text,
    Optional<Tensor> task,
    Optional<Tensor> labels,
    Optional<Tensor> keep) {
  /** Nothing but the latents themselves. */
  public static final Conditions NONE =
      new Conditions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Text tokens.
   *
   * @param embedding (B, tokens, D)
   * @param mask (B, tokens), true where there is a token
   */
  public record Text(Tensor embedding, Tensor mask) {}

  /** Conditions that are kept for every example. */
  public Conditions(
      Optional<Latents> selfConditioning,
      Optional<Tensor> features,
      Optional<Text> text,
      Optional<Tensor> task) {
    this(selfConditioning, features, text, task, Optional.empty(), Optional.empty());
  }

  /** The same conditions with another self-conditioning estimate. */
  public Conditions withSelfConditioning(Latents estimate) {
    return new Conditions(Optional.of(estimate), features, text, task, labels, keep);
  }

  /** The same conditions without a self-conditioning estimate. */
  public Conditions withoutSelfConditioning() {
    return new Conditions(Optional.empty(), features, text, task, labels, keep);
  }

  /** The same conditions with other video features, (B, frames, D). */
  public Conditions withFeatures(Tensor frames) {
    return new Conditions(selfConditioning, Optional.of(frames), text, task, labels, keep);
  }

  /** The same conditions with other text. */
  public Conditions withText(Text words) {
    return new Conditions(selfConditioning, features, Optional.of(words), task, labels, keep);
  }

  /** The same conditions with other class numbers, int64 (B). */
  public Conditions withLabels(Tensor classes) {
    return new Conditions(selfConditioning, features, text, task, Optional.of(classes), keep);
  }

  /**
   * The same conditions with features, text and labels for the examples marked in bool (B) only.
   */
  public Conditions withKeep(Tensor kept) {
    return new Conditions(selfConditioning, features, text, task, labels, Optional.of(kept));
  }
}
