package kinetone.recipe;

import java.util.Map;
import kinetone.tensor.Rng;

/**
 * Figures on held-out clips: means over the first batches, with the same noise at every validation.
 *
 * @param batches how many
 * @param noise how draws of one batch relate to those of the next
 * @param measure of one batch
 */
public record HeldOut(int batches, Noise noise, Measure measure) {
  /** Where the noise of a batch comes from. */
  public enum Noise {
    /** One generator for all batches. */
    CONTINUED,
    /** Anew for each batch: a coin that one measure throws must not shift the noise of the next. */
    ANEW
  }

  /** The figures of one batch, lower is better. Called without gradients, inside of a scope. */
  @FunctionalInterface
  public interface Measure {
    /** The figures by name. */
    Map<String, Double> of(LatentBatch batch, Rng rng);
  }
}
