package kinetone.pipeline;

import java.util.List;
import java.util.Map;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Clip;

/**
 * What came out.
 *
 * @param clip what a user wants: generated tracks, beside given ones as they were given
 * @param given the stretches that were given, by modality and time
 * @param generated the stretches that were made
 * @param seed the seed of this result
 * @param seconds it took
 * @param diagnostics what happened inside
 */
public record GenerateResult(
    Clip clip,
    List<Stretch> given,
    List<Stretch> generated,
    long seed,
    double seconds,
    Diagnostics diagnostics) {
  /**
   * A part of a track.
   *
   * @param modality picture or sound
   * @param start in seconds
   * @param end in seconds
   */
  public record Stretch(Modality modality, double start, double end) {}

  /**
   * For developers: latents are standardised and row-major.
   *
   * @param decoded both tracks as the codecs decode the final latents; a given track without
   *     latents as the model saw it
   * @param mask which latent positions were generated
   * @param given latents of the input, for the modalities that had one
   * @param latents of the result
   */
  public record Diagnostics(
      Clip decoded, TaskMask mask, Map<Modality, float[]> given, Map<Modality, float[]> latents) {}
}
