package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Sound that comes in pieces to AAC (from floats) or to a lossless 16-bit codec (rounded to the
 * nearest step). The size of the pieces does not show in the bytes.
 */
final class SoundEncoder extends TrackEncoder {
  /** AAC-LC is transparent for practically all material at this rate. */
  private static final int AAC_BITS_PER_CHANNEL = 160_000;

  /** ISO/IEC 14496-3 allows 6144 bits for a channel's block of 1024 samples; stay below it. */
  private static final double AAC_BITS_PER_SAMPLE = 5.5;

  private static final int LOSSLESS_BLOCK = 4096;

  private final int sampleRate;
  private final int channels;
  private final boolean sixteenBit;
  private final int block;
  private final Deque<float[][]> pieces = new ArrayDeque<>();

  /** Samples of the first piece that were encoded already. */
  private int used;

  private long waiting;
  private long next;
  private boolean ended;

  private SoundEncoder(int sampleRate, int channels, String codec, boolean sixteenBit) {
    super(codec);
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.sixteenBit = sixteenBit;
    context
        .sample_rate(sampleRate)
        .sample_fmt(sixteenBit ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP)
        .time_base(av_make_q(1, sampleRate));
    av_channel_layout_default(context.ch_layout(), channels);
    if (!sixteenBit) {
      context.bit_rate(
          channels * (long) Math.min(AAC_BITS_PER_CHANNEL, AAC_BITS_PER_SAMPLE * sampleRate));
    }
    open(Map.of(), String.format("sound of %d channels at %d Hz", channels, sampleRate));
    block = context.frame_size() > 0 ? context.frame_size() : LOSSLESS_BLOCK;
  }

  static SoundEncoder aac(int sampleRate, int channels) {
    return new SoundEncoder(sampleRate, channels, "aac", false);
  }

  static SoundEncoder wav(int sampleRate, int channels) {
    return new SoundEncoder(sampleRate, channels, "pcm_s16le", true);
  }

  static SoundEncoder flac(int sampleRate, int channels) {
    return new SoundEncoder(sampleRate, channels, "flac", true);
  }

  /** Takes all of {@code audio}. */
  SoundEncoder of(Audio audio) {
    push(audio.samples());
    end();
    return this;
  }

  /** Takes the next samples (channel, sample), which are not copied. */
  void push(float[][] samples) {
    if (samples[0].length > 0) {
      pieces.add(samples);
      waiting += samples[0].length;
    }
  }

  /** No more samples will come. */
  void end() {
    ended = true;
  }

  /** Samples per channel taken so far. */
  long length() {
    return next + waiting;
  }

  @Override
  double nextTime() {
    boolean ready = waiting >= block || (ended && waiting > 0);
    return ready ? next / (double) sampleRate : Double.POSITIVE_INFINITY;
  }

  @Override
  void fill() throws IOException {
    int count = (int) Math.min(block, waiting);
    float[][] samples = take(count);
    av_frame_unref(frame);
    frame.format(context.sample_fmt()).sample_rate(sampleRate).nb_samples(count);
    av_channel_layout_copy(frame.ch_layout(), context.ch_layout());
    Muxer.check(av_frame_get_buffer(frame, 0));
    if (sixteenBit) {
      new ShortPointer(frame.data(0)).put(interleaved(samples));
    } else {
      for (int c = 0; c < channels; c++) {
        new FloatPointer(frame.extended_data(c)).put(samples[c], 0, count);
      }
    }
    frame.pts(next);
    next += count;
    waiting -= count;
  }

  private float[][] take(int count) {
    float[][] samples = new float[channels][count];
    for (int at = 0; at < count; ) {
      float[][] piece = pieces.element();
      int some = Math.min(count - at, piece[0].length - used);
      for (int c = 0; c < channels; c++) {
        System.arraycopy(piece[c], used, samples[c], at, some);
      }
      at += some;
      used += some;
      if (used == piece[0].length) {
        pieces.remove();
        used = 0;
      }
    }
    return samples;
  }

  private static short[] interleaved(float[][] samples) {
    int channels = samples.length;
    short[] steps = new short[samples[0].length * channels];
    for (int i = 0; i < samples[0].length; i++) {
      for (int c = 0; c < channels; c++) {
        float scaled = samples[c][i] * 32768f;
        steps[i * channels + c] =
            (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(scaled)));
      }
    }
    return steps;
  }
}
