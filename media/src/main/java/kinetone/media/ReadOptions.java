package kinetone.media;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import kinetone.common.Check;

/**
 * What to take from a file and in which form. Start from {@link #defaults()}.
 *
 * @param framesPerSecond wanted frame rate in Hz; empty keeps the nominal rate of the file
 * @param choice which picture of the file stands for which of the wanted rate
 * @param size wanted picture size; empty keeps the upright size of the file with square pixels
 * @param sampleRate wanted sample rate in Hz; empty keeps that of the file
 * @param mono mix all channels to one; otherwise one channel stays one and more become two
 * @param startSeconds first instant to read, in seconds from the start of the file
 * @param seconds length to read; empty reads to the end
 * @param video whether pictures are read
 * @param audio whether sound is read
 * @param limits what the file may ask of this machine
 */
public record ReadOptions(
    OptionalDouble framesPerSecond,
    FrameChoice choice,
    Optional<FrameSize> size,
    OptionalInt sampleRate,
    boolean mono,
    double startSeconds,
    OptionalDouble seconds,
    TrackUse video,
    TrackUse audio,
    Limits limits) {
  static final int MAX_FRAME_RATE = 1000;
  static final int MIN_SAMPLE_RATE = 1000;
  static final int MAX_SAMPLE_RATE = 768_000;

  /** Checks the rates, the interval and that there is something to read. */
  public ReadOptions {
    framesPerSecond.ifPresent(
        rate ->
            Check.that(
                rate > 0 && rate <= MAX_FRAME_RATE,
                "frame rate %s is not in (0, %d] Hz",
                rate,
                MAX_FRAME_RATE));
    sampleRate.ifPresent(
        rate -> Check.within("sample rate", rate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE));
    Check.atLeast("start", startSeconds, 0.0);
    seconds.ifPresent(
        length -> Check.that(length > 0, "length %s s to read must be positive", length));
    Check.that(
        video != TrackUse.SKIP || audio != TrackUse.SKIP,
        "neither pictures nor sound are to be read; choose at least one track");
  }

  /** Everything there is, in the rates and the size of the file, under the default limits. */
  public static ReadOptions defaults() {
    return new ReadOptions(
        OptionalDouble.empty(),
        FrameChoice.AT_OR_BEFORE,
        Optional.empty(),
        OptionalInt.empty(),
        false,
        0,
        OptionalDouble.empty(),
        TrackUse.IF_PRESENT,
        TrackUse.IF_PRESENT,
        Limits.defaults());
  }

  /** The same with pictures at this rate in Hz. */
  public ReadOptions withFramesPerSecond(double rate) {
    return changed(copy -> copy.framesPerSecond = OptionalDouble.of(rate));
  }

  /** The same with pictures of this size in pixels. */
  public ReadOptions withSize(int width, int height, Fit fit) {
    return changed(copy -> copy.size = Optional.of(new FrameSize(width, height, fit)));
  }

  /** The same with pictures of this size in pixels, as a model wants to see them. */
  public ReadOptions withPictures(int width, int height, PictureReading reading) {
    return changed(
        copy -> {
          copy.choice = reading.choice();
          copy.size = Optional.of(new FrameSize(width, height, reading.fit(), reading.filter()));
        });
  }

  /** The same with sound at this rate in Hz. */
  public ReadOptions withSampleRate(int rate) {
    return changed(copy -> copy.sampleRate = OptionalInt.of(rate));
  }

  /** The same with all channels mixed to one. */
  public ReadOptions withMono() {
    return changed(copy -> copy.mono = true);
  }

  /** The same from {@code start} for {@code length} seconds. */
  public ReadOptions withInterval(double start, double length) {
    return changed(
        copy -> {
          copy.startSeconds = start;
          copy.seconds = OptionalDouble.of(length);
        });
  }

  /** The same from {@code start} seconds to the end. */
  public ReadOptions withStart(double start) {
    return changed(copy -> copy.startSeconds = start);
  }

  /** The same with another choice of tracks. */
  public ReadOptions withTracks(TrackUse pictures, TrackUse sound) {
    return changed(
        copy -> {
          copy.video = pictures;
          copy.audio = sound;
        });
  }

  /** The same under other limits. */
  public ReadOptions withLimits(Limits bounds) {
    return changed(copy -> copy.limits = bounds);
  }

  private ReadOptions changed(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.made();
  }

  /** The components while they are being changed. */
  private static final class Copy {
    private OptionalDouble framesPerSecond;
    private FrameChoice choice;
    private Optional<FrameSize> size;
    private OptionalInt sampleRate;
    private boolean mono;
    private double startSeconds;
    private OptionalDouble seconds;
    private TrackUse video;
    private TrackUse audio;
    private Limits limits;

    Copy(ReadOptions from) {
      framesPerSecond = from.framesPerSecond;
      choice = from.choice;
      size = from.size;
      sampleRate = from.sampleRate;
      mono = from.mono;
      startSeconds = from.startSeconds;
      seconds = from.seconds;
      video = from.video;
      audio = from.audio;
      limits = from.limits;
    }

    ReadOptions made() {
      return new ReadOptions(
          framesPerSecond,
          choice,
          size,
          sampleRate,
          mono,
          startSeconds,
          seconds,
          video,
          audio,
          limits);
    }
  }
}
