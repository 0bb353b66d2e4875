package kinetone.media;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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
    return new ReadOptions(
        OptionalDouble.of(rate),
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

  /** The same with pictures of this size in pixels. */
  public ReadOptions withSize(int width, int height, Fit fit) {
    return new ReadOptions(
        framesPerSecond,
        choice,
        Optional.of(new FrameSize(width, height, fit)),
        sampleRate,
        mono,
        startSeconds,
        seconds,
        video,
        audio,
        limits);
  }

  /** The same with pictures of this size in pixels, as a model wants to see them. */
  public ReadOptions withPictures(int width, int height, PictureReading reading) {
    return new ReadOptions(
        framesPerSecond,
        reading.choice(),
        Optional.of(new FrameSize(width, height, reading.fit(), reading.filter())),
        sampleRate,
        mono,
        startSeconds,
        seconds,
        video,
        audio,
        limits);
  }

  /** The same with sound at this rate in Hz. */
  public ReadOptions withSampleRate(int rate) {
    return new ReadOptions(
        framesPerSecond,
        choice,
        size,
        OptionalInt.of(rate),
        mono,
        startSeconds,
        seconds,
        video,
        audio,
        limits);
  }

  /** The same with all channels mixed to one. */
  public ReadOptions withMono() {
    return new ReadOptions(
        framesPerSecond,
        choice,
        size,
        sampleRate,
        true,
        startSeconds,
        seconds,
        video,
        audio,
        limits);
  }

  /** The same from {@code start} for {@code length} seconds. */
  public ReadOptions withInterval(double start, double length) {
    return new ReadOptions(
        framesPerSecond,
        choice,
        size,
        sampleRate,
        mono,
        start,
        OptionalDouble.of(length),
        video,
        audio,
        limits);
  }

  /** The same from {@code start} seconds to the end. */
  public ReadOptions withStart(double start) {
    return new ReadOptions(
        framesPerSecond, choice, size, sampleRate, mono, start, seconds, video, audio, limits);
  }

  /** The same with another choice of tracks. */
  public ReadOptions withTracks(TrackUse pictures, TrackUse sound) {
    return new ReadOptions(
        framesPerSecond,
        choice,
        size,
        sampleRate,
        mono,
        startSeconds,
        seconds,
        pictures,
        sound,
        limits);
  }

  /** The same under other limits. */
  public ReadOptions withLimits(Limits bounds) {
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
        bounds);
  }
}
