package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_double;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * One configuration of FFmpeg's sound conversion to planar float: sample format, channels and rate.
 * The first output sample belongs to the instant of the first input sample. Owns its native
 * buffers.
 */
final class SampleConverter implements AutoCloseable {
  private final SwrContext context = new SwrContext(null);
  private final int channels;
  private AVFrame out;

  /** Converts frames that look like {@code frame} to {@code channels} channels, same rate. */
  static SampleConverter mixer(AVFrame frame, int channels) {
    AVChannelLayout from = frame.ch_layout();
    if (from.order() != AV_CHANNEL_ORDER_UNSPEC) {
      return new SampleConverter(
          from, frame.format(), frame.sample_rate(), channels, frame.sample_rate());
    }
    return ofDefaultLayout(
        from.nb_channels(), frame.format(), frame.sample_rate(), channels, frame.sample_rate());
  }

  /** Converts planar float from one rate to another. */
  static SampleConverter resampler(int channels, int fromRate, int toRate) {
    return ofDefaultLayout(channels, AV_SAMPLE_FMT_FLTP, fromRate, channels, toRate);
  }

  private static SampleConverter ofDefaultLayout(
      int fromChannels, int format, int fromRate, int toChannels, int toRate) {
    try (AVChannelLayout from = new AVChannelLayout()) {
      av_channel_layout_default(from, fromChannels);
      SampleConverter converter = new SampleConverter(from, format, fromRate, toChannels, toRate);
      av_channel_layout_uninit(from);
      return converter;
    }
  }

  private SampleConverter(
      AVChannelLayout from, int format, int fromRate, int channels, int toRate) {
    this.channels = channels;
    try (AVChannelLayout to = new AVChannelLayout()) {
      av_channel_layout_default(to, channels);
      int code =
          swr_alloc_set_opts2(
              context, to, AV_SAMPLE_FMT_FLTP, toRate, from, format, fromRate, 0, null);
      // Mixed channels must not add up beyond full scale: weights sum to at most 1.
      av_opt_set_double(context, "rematrix_maxval", 1.0, 0);
      if (code >= 0) {
        code = swr_init(context);
      }
      av_channel_layout_uninit(to);
      if (code < 0) {
        swr_free(context);
        throw KinetoneException.user(
            "sound of %d channels at %d Hz cannot be converted to %d channels at %d Hz: %s",
            from.nb_channels(), fromRate, channels, toRate, Ffmpeg.describe(code));
      }
    }
  }

  /**
   * Feeds {@code count} samples from {@code planes} (null to flush) and returns what comes out,
   * (channel, sample), at most {@code room} samples.
   */
  float[][] convert(PointerPointer<?> planes, int count, int room) {
    reserve(room);
    int got = swr_convert(context, out.extended_data(), room, planes, count);
    if (got < 0) {
      throw KinetoneException.internal("sound conversion failed: %s", Ffmpeg.describe(got));
    }
    float[][] samples = new float[channels][got];
    for (int c = 0; c < channels; c++) {
      new FloatPointer(out.extended_data(c)).get(samples[c]);
    }
    return samples;
  }

  private void reserve(int samples) {
    if (out != null && out.nb_samples() >= samples) {
      return;
    }
    freeOut();
    out = planar(channels, samples);
  }

  /** A native buffer of planar floats, to be freed by the caller. */
  static AVFrame planar(int channels, int samples) {
    AVFrame frame = av_frame_alloc();
    frame.format(AV_SAMPLE_FMT_FLTP).nb_samples(samples);
    av_channel_layout_default(frame.ch_layout(), channels);
    int code = av_frame_get_buffer(frame, 0);
    if (code < 0) {
      av_frame_free(frame);
      throw KinetoneException.resource(null, "no memory for %d samples of sound", samples);
    }
    return frame;
  }

  private void freeOut() {
    if (out != null) {
      av_frame_free(out);
      out = null;
    }
  }

  @Override
  public void close() {
    freeOut();
    swr_free(context);
  }
}
