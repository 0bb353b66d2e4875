package kinetone.pipeline;

import java.util.ArrayList;
import java.util.List;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.tensor.Rng;

/**
 * The generators of one window of one clip, all from its seed: stream i of window w is stream w ·
 * (streams of a window) + i of the seed, so that no two draw the same. Make it outside of tensor
 * scopes.
 */
public final class NoiseStreams implements AutoCloseable {
  /** The stream of the sampler. */
  public static final int SAMPLER = 0;

  private final SeededNoise seeded;
  private final long seed;
  private final long first;
  private final List<AutoCloseable> made = new ArrayList<>();

  /**
   * The streams of window {@code window}.
   *
   * @param perWindow how many there are
   */
  NoiseStreams(long seed, long window, int perWindow) {
    this.seed = seed;
    seeded = SeededNoise.of(seed);
    first = perWindow * window;
  }

  /** Stream {@code number} from its beginning, as noise for latents. */
  public SeededNoise noise(int number) {
    SeededNoise noise = seeded.fork(first + number);
    made.add(noise);
    return noise;
  }

  /** Stream {@code number} from its beginning, as a generator. */
  public Rng rng(int number) {
    Rng rng = Rng.of(seed, first + number);
    made.add(rng);
    return rng;
  }

  @Override
  public void close() {
    try {
      for (AutoCloseable stream : made) {
        stream.close();
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      seeded.close();
    }
  }
}
