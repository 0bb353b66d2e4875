package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Sound to AAC (from floats) or to a lossless 16-bit codec (rounded to the nearest step). */
final class SoundEncoder extends TrackEncoder {
  /** AAC-LC is transparent for practically all material at this rate. */
  private static final int AAC_BITS_PER_CHANNEL = 160_000;

  /** ISO/IEC 14496-3 allows 6144 bits for a channel's block of 1024 samples; stay below it. */
  private static final double AAC_BITS_PER_SAMPLE = 5.5;

  private static final int LOSSLESS_BLOCK = 4096;

  private final Audio audio;
  private final boolean sixteenBit;
  private final int block;
  private int next;

  private SoundEncoder(Audio audio, String codec, boolean sixteenBit) {
    super(codec);
    this.audio = audio;
    this.sixteenBit = sixteenBit;
    context
        .sample_rate(audio.sampleRate())
        .sample_fmt(sixteenBit ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP)
        .time_base(av_make_q(1, audio.sampleRate()));
    av_channel_layout_default(context.ch_layout(), audio.channels());
    if (!sixteenBit) {
      context.bit_rate(
          audio.channels()
              * (long) Math.min(AAC_BITS_PER_CHANNEL, AAC_BITS_PER_SAMPLE * audio.sampleRate()));
    }
    open(
        Map.of(),
        String.format("sound of %d channels at %d Hz", audio.channels(), audio.sampleRate()));
    block = context.frame_size() > 0 ? context.frame_size() : LOSSLESS_BLOCK;
  }

  static SoundEncoder aac(Audio audio) {
    return new SoundEncoder(audio, "aac", false);
  }

  static SoundEncoder wav(Audio audio) {
    return new SoundEncoder(audio, "pcm_s16le", true);
  }

  static SoundEncoder flac(Audio audio) {
    return new SoundEncoder(audio, "flac", true);
  }

  @Override
  double nextTime() {
    return next < audio.length() ? next / (double) audio.sampleRate() : Double.POSITIVE_INFINITY;
  }

  @Override
  void fill() throws IOException {
    int count = Math.min(block, audio.length() - next);
    av_frame_unref(frame);
    frame.format(context.sample_fmt()).sample_rate(audio.sampleRate()).nb_samples(count);
    av_channel_layout_copy(frame.ch_layout(), context.ch_layout());
    Muxer.check(av_frame_get_buffer(frame, 0));
    if (sixteenBit) {
      new ShortPointer(frame.data(0)).put(interleaved(count));
    } else {
      for (int c = 0; c < audio.channels(); c++) {
        new FloatPointer(frame.extended_data(c)).put(audio.samples()[c], next, count);
      }
    }
    frame.pts(next);
    next += count;
  }

  private short[] interleaved(int count) {
    int channels = audio.channels();
    short[] steps = new short[count * channels];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < channels; c++) {
        float scaled = audio.samples()[c][next + i] * 32768f;
        steps[i * channels + c] =
            (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(scaled)));
      }
    }
    return steps;
  }
}
