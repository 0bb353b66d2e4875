package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_move_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Puts pictures with arbitrary time stamps on a constant rate: picture k is the one that {@link
 * FrameChoice} says. Instants before the first picture show the first picture.
 */
final class VideoTimeline implements AutoCloseable {
  /** Time stamps finer than this are taken at their word. */
  private static final double COARSE_TICK = 1e-3 + 1e-9;

  private final TimeStamps stamps;
  private final PictureConverter converter;
  private final ChunkQueue ready;
  private final double rate;
  private final FrameChoice choice;
  private final long limit;
  private final double tolerance;
  private final AVFrame held = av_frame_alloc();
  private boolean holding;
  private double heldTime;
  private double heldLength;
  private long next;

  /**
   * A timeline.
   *
   * @param stamps bounds how long one picture stands
   * @param tick unit of the time stamps in seconds: stamps are rounded to it, so comparing them has
   *     to forgive half of it
   * @param limit most pictures to hand out
   */
  VideoTimeline(
      TimeStamps stamps,
      PictureConverter converter,
      double rate,
      FrameChoice choice,
      double tick,
      long limit,
      ChunkQueue ready) {
    this.stamps = stamps;
    this.converter = converter;
    this.rate = rate;
    this.choice = choice;
    this.limit = limit;
    this.ready = ready;
    tolerance = tick <= COARSE_TICK ? 0.5 * tick + 1e-6 : 1e-6;
  }

  boolean isFull() {
    return next >= limit;
  }

  /** Seconds at which the last picture ends. */
  double end() {
    return holding ? heldTime + heldLength : 0;
  }

  double heldLength() {
    return heldLength;
  }

  /** Takes over {@code frame}, shown from {@code time} seconds for {@code length} seconds. */
  void add(AVFrame frame, double time, double length) {
    if (holding) {
      stamps.checkNext(heldTime, time);
      emitUntil(time, tolerance);
    } else {
      stamps.checkFirst(time);
    }
    av_frame_unref(held);
    av_frame_move_ref(held, frame);
    holding = true;
    heldTime = time;
    heldLength = length;
  }

  /**
   * Hands out what is left.
   *
   * @param length how long the last picture stands in seconds, where the container knows better
   *     than the picture itself; not positive where it does not
   */
  void finish(double length) {
    if (holding) {
      heldLength = length > 0 ? length : heldLength;
      stamps.checkNext(heldTime, end());
      // Both the start and the length of the last picture are rounded.
      emitUntil(end(), 2 * tolerance);
    }
  }

  private void emitUntil(double time, double forgiven) {
    long from = next;
    while (next < limit && choice.end(next, rate, forgiven) < time) {
      next++;
    }
    if (next > from) {
      ready.addPictures(from, next - from, converter.convert(held));
    }
  }

  @Override
  public void close() {
    av_frame_free(held);
    converter.close();
  }
}
