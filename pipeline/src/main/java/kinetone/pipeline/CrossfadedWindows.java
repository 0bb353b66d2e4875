package kinetone.pipeline;

import java.util.Arrays;
import java.util.function.Function;
import kinetone.common.Check;
import kinetone.media.ClipFormat;

/**
 * Windows that know nothing of each other, joined by an equal-power crossfade over their whole
 * overlap: the squares of the two gains, cos² and sin², add up to one, since independent sounds add
 * by their power.
 */
public final class CrossfadedWindows implements WindowedSound {
  /** Makes the sound of one window by itself. */
  @FunctionalInterface
  interface Generator {
    /** The sound of window {@code window}, as long as the model's clips. */
    float[] sound(Given given, long window, ProgressListener listener, Cancellation cancellation);
  }

  private final WindowGrid grid;
  private final Generator generator;

  /** What the windows so far hold from the beginning of the next one on. */
  private float[] tail = {};

  /**
   * Windows of {@code generator}.
   *
   * @param grid in which no instant lies in three windows
   */
  CrossfadedWindows(WindowGrid grid, Generator generator) {
    Check.that(
        2 * grid.hopFrames() >= grid.format().frames(),
        "windows of %d frames every %d frames overlap more than twice",
        grid.format().frames(),
        grid.hopFrames());
    this.grid = grid;
    this.generator = generator;
  }

  /** Windows of {@code pipeline} that overlap by a quarter. */
  public static CrossfadedWindows of(DiffusionPipeline pipeline, GenerateRequest request) {
    return of(pipeline, stretch -> request);
  }

  /** Where a window lies, in seconds. */
  public record Stretch(double from, double to) {}

  /** The same with a request for each window. */
  public static CrossfadedWindows of(
      DiffusionPipeline pipeline, Function<Stretch, GenerateRequest> requests) {
    ClipFormat format = pipeline.index().format();
    WindowGrid grid = WindowGrid.overlapping(format);
    return new CrossfadedWindows(
        grid,
        (given, window, listener, cancellation) -> {
          double from = window * grid.hopSeconds();
          GenerateRequest request = requests.apply(new Stretch(from, from + format.audioSeconds()));
          return pipeline.window(request, given, window, listener, cancellation);
        });
  }

  @Override
  public WindowGrid grid() {
    return grid;
  }

  @Override
  public double join(long w) {
    return w * grid.hopSeconds()
        + Math.max(0, grid.format().audioSeconds() - grid.hopSeconds()) / 2;
  }

  @Override
  public float[] next(
      Given given,
      long window,
      boolean last,
      ProgressListener listener,
      Cancellation cancellation) {
    float[] own = generator.sound(given, window, listener, cancellation).clone();
    int overlap = Math.min(tail.length, own.length);
    for (int i = 0; i < overlap; i++) {
      double angle = Math.PI / 2 * (i + 0.5) / overlap;
      own[i] = (float) (tail[i] * Math.cos(angle) + own[i] * Math.sin(angle));
      own[i] = Math.max(-1f, Math.min(1f, own[i]));
    }
    if (last) {
      return own;
    }
    int hop = (int) (grid.startSample(window + 1) - grid.startSample(window));
    tail = Arrays.copyOfRange(own, Math.min(hop, own.length), own.length);
    return Arrays.copyOf(own, hop);
  }

  @Override
  public void close() {}
}
