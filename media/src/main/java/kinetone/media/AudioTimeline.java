package kinetone.media;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Puts decoded sound on a gapless line that begins at time 0: what lies before is cut, a late start
 * and gaps become silence, overlaps are cut, padding of the last codec frame is dropped.
 */
final class AudioTimeline implements AutoCloseable {
  /** Time stamps of damaged or sloppy files jitter; within this the samples just follow on. */
  private static final double JITTER = 1e-3;

  private static final int SILENCE_BLOCK = 1 << 16;

  private final Path path;
  private final ReadOptions options;
  private final TimeStamps stamps;
  private final double tick;
  private final Consumer<ClipChunk.Samples> sink;
  private SampleConverter mixer;
  private RateConverter resampler;
  private int format;
  private int sourceChannels;
  private int sourceRate;
  private int channels;
  private int rate;
  private long limit = Long.MAX_VALUE;
  private boolean started;
  private double stampedEnd;
  private long next;
  private long given;

  AudioTimeline(
      Path path,
      ReadOptions options,
      TimeStamps stamps,
      double tick,
      Consumer<ClipChunk.Samples> sink) {
    this.path = path;
    this.options = options;
    this.stamps = stamps;
    this.tick = tick;
    this.sink = sink;
  }

  boolean isFull() {
    return given >= limit;
  }

  /** Rate handed out in Hz, 0 before the first frame. */
  int rate() {
    return rate;
  }

  /** Seconds at which the sound so far ends. */
  double end() {
    return sourceRate == 0 ? 0 : next / (double) sourceRate;
  }

  /** Takes a frame whose first sample belongs to {@code time} seconds; NaN follows on. */
  void add(AVFrame frame, double time) {
    if (mixer == null) {
      configure(frame);
    }
    if (frame.format() != format
        || frame.sample_rate() != sourceRate
        || frame.ch_layout().nb_channels() != sourceChannels) {
      throw KinetoneException.user(
          "%s changes its sound format at %.3f s; convert it to a single format first",
          path, Math.max(time, 0));
    }
    int count = presented(frame);
    float[][] samples =
        mixer.convert(frame.extended_data(), frame.nb_samples(), frame.nb_samples());
    if (count < samples[0].length) {
      for (int c = 0; c < samples.length; c++) {
        samples[c] = Arrays.copyOf(samples[c], count);
      }
    }
    checkStamp(time, count / (double) sourceRate);
    long position = Double.isNaN(time) ? next : Math.round(time * sourceRate);
    long gap = position - next;
    boolean follows = started && Math.abs(gap) <= Math.ceil((JITTER + tick) * sourceRate);
    started = true;
    if (follows) {
      gap = 0;
    }
    silence(gap);
    int skip = (int) Math.min(count, Math.max(0, -gap));
    SampleCheck.require(path, samples, skip, next - skip, sourceRate);
    next += count - skip;
    resampler.add(samples, skip);
  }

  private void checkStamp(double time, double length) {
    if (Double.isNaN(time)) {
      stampedEnd += length;
      return;
    }
    if (started) {
      stamps.checkNext(stampedEnd, time);
    } else {
      stamps.checkFirst(time);
    }
    stampedEnd = time + length;
  }

  private void configure(AVFrame frame) {
    format = frame.format();
    sourceRate = frame.sample_rate();
    sourceChannels = frame.ch_layout().nb_channels();
    Check.that(
        sourceRate >= ReadOptions.MIN_SAMPLE_RATE && sourceRate <= ReadOptions.MAX_SAMPLE_RATE,
        "%s has sound at %d Hz, %d to %d Hz can be read; convert it first",
        path,
        sourceRate,
        ReadOptions.MIN_SAMPLE_RATE,
        ReadOptions.MAX_SAMPLE_RATE);
    channels = options.mono() ? 1 : Math.min(2, sourceChannels);
    rate = options.sampleRate().orElse(sourceRate);
    if (options.seconds().isPresent()) {
      limit = Math.round(options.seconds().getAsDouble() * rate);
    }
    mixer = SampleConverter.mixer(frame, channels);
    resampler = new RateConverter(channels, sourceRate, rate, this::give);
  }

  /** The container tells by the duration of a packet how many of its samples are meant. */
  private int presented(AVFrame frame) {
    int count = frame.nb_samples();
    if (frame.duration() > 0 && tick * sourceRate <= 1.01) {
      long meant = Math.round(frame.duration() * tick * sourceRate);
      return (int) Math.min(count, Math.max(meant, 0));
    }
    return count;
  }

  private void silence(long gap) {
    next += Math.max(0, gap);
    for (long left = gap; left > 0 && !isFull(); left -= SILENCE_BLOCK) {
      resampler.add(new float[channels][(int) Math.min(left, SILENCE_BLOCK)], 0);
    }
  }

  private void give(float[][] samples) {
    int count = (int) Math.min(samples[0].length, limit - given);
    if (count <= 0) {
      return;
    }
    if (count < samples[0].length) {
      for (int c = 0; c < samples.length; c++) {
        samples[c] = Arrays.copyOf(samples[c], count);
      }
    }
    sink.accept(new ClipChunk.Samples(given, samples));
    given += count;
  }

  void finish() {
    if (resampler != null && !isFull()) {
      resampler.finish();
    }
  }

  @Override
  public void close() {
    if (mixer != null) {
      mixer.close();
    }
    if (resampler != null) {
      resampler.close();
    }
  }
}
