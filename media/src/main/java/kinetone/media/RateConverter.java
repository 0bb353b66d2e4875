package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Sound from one rate to another, sample n of the output at the instant n / rate of the input; n
 * input samples give exactly round(n * to / from) output samples.
 */
final class RateConverter implements AutoCloseable {
  /** Samples per native call; any size gives the same output. */
  private static final int BLOCK = 1 << 14;

  private final int channels;
  private final int fromRate;
  private final int toRate;
  private final Consumer<float[][]> sink;
  private final SampleConverter converter;
  private final AVFrame in;
  private long taken;
  private long given;

  RateConverter(int channels, int fromRate, int toRate, Consumer<float[][]> sink) {
    this.channels = channels;
    this.fromRate = fromRate;
    this.toRate = toRate;
    this.sink = sink;
    boolean same = fromRate == toRate;
    converter = same ? null : SampleConverter.resampler(channels, fromRate, toRate);
    in = same ? null : SampleConverter.planar(channels, BLOCK);
  }

  /** Takes samples (channel, sample) from index {@code from} to the end. */
  void add(float[][] samples, int from) {
    int length = samples[0].length;
    if (from >= length) {
      return;
    }
    taken += length - from;
    if (converter == null) {
      give(from == 0 ? samples : slice(samples, from, length));
      return;
    }
    for (int at = from; at < length; at += BLOCK) {
      int count = Math.min(BLOCK, length - at);
      for (int c = 0; c < channels; c++) {
        new FloatPointer(in.extended_data(c)).put(samples[c], at, count);
      }
      give(converter.convert(in.extended_data(), count, room(count)));
    }
  }

  void finish() {
    if (converter == null) {
      return;
    }
    long total = Math.round(taken * (double) toRate / fromRate);
    float[][] rest = converter.convert(null, 0, room(0));
    int wanted = (int) Math.max(0, total - given);
    give(slice(rest, 0, wanted));
  }

  private int room(int count) {
    return (int) ((long) count * toRate / fromRate)
        + 4 * toRate / Math.min(toRate, fromRate)
        + 4096;
  }

  private void give(float[][] samples) {
    if (samples[0].length > 0) {
      given += samples[0].length;
      sink.accept(samples);
    }
  }

  private static float[][] slice(float[][] samples, int from, int to) {
    float[][] part = new float[samples.length][];
    for (int c = 0; c < part.length; c++) {
      part[c] = Arrays.copyOfRange(samples[c], from, to);
    }
    return part;
  }

  @Override
  public void close() {
    if (converter != null) {
      converter.close();
      av_frame_free(in);
    }
  }
}
