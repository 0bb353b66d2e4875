package kinetone.pipeline;

import java.util.Optional;
import kinetone.codec.TimeLayout;
import kinetone.common.Check;
import kinetone.media.ClipFormat;

/**
 * What users say of the clips of a model. Nothing, mostly: components know the rest.
 *
 * @param framesPerSecond Hz
 * @param sampleRate Hz
 * @param samples of the sound of a clip
 */
public record AskedFormat(
    Optional<Double> framesPerSecond, Optional<Integer> sampleRate, Optional<Integer> samples) {
  /** All is left to the components. */
  public static final AskedFormat NOTHING =
      new AskedFormat(Optional.empty(), Optional.empty(), Optional.empty());

  /** The frame rate that the components give, which nobody may contradict. */
  public double agreedFramesPerSecond(double ofParts) {
    return agreed("--fps", framesPerSecond, ofParts);
  }

  /** The sample rate that the components give, which nobody may contradict. */
  public int agreedSampleRate(int ofParts) {
    return agreed("--rate", sampleRate, ofParts);
  }

  private static <T> T agreed(String option, Optional<T> asked, T ofParts) {
    Check.that(
        asked.isEmpty() || asked.get().equals(ofParts),
        "%s is %s, but the components are for %s; leave it out",
        option,
        asked.orElse(ofParts),
        ofParts);
    return ofParts;
  }

  /**
   * The format with as much sound as was asked for; else as long as the pictures if the sound
   * latent can be so long, else as long as the latent.
   *
   * @param latents time positions of the sound latent
   * @param time how they lie in time
   */
  public ClipFormat withSound(
      int width, int height, int frames, double fps, int rate, int latents, TimeLayout time) {
    int pictures = ClipFormat.of(width, height, frames, fps, rate).samples();
    int chosen =
        samples.orElseGet(
            () ->
                time.latents(pictures) == latents
                    ? pictures
                    : Math.toIntExact(time.boundary(latents)));
    Check.that(
        time.latents(chosen) == latents,
        "%d samples are %d positions of the sound latent, but the denoiser's has %d; give other"
            + " --samples",
        chosen,
        time.latents(chosen),
        latents);
    return new ClipFormat(width, height, frames, fps, chosen, rate);
  }
}
