package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_ARGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGRA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVA420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures that are transparent here and there are seen over black, and copies keep it. */
class TransparencyTest {
  private static final int SIZE = 32;
  private static final int FRAMES = 4;

  private static final Map<String, Integer> FORMATS =
      Map.of(
          "libvpx-vp9",
          AV_PIX_FMT_YUVA420P,
          "libvpx",
          AV_PIX_FMT_YUVA420P,
          "qtrle",
          AV_PIX_FMT_ARGB,
          "ffv1",
          AV_PIX_FMT_BGRA);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"libvpx-vp9, webm", "libvpx, webm", "qtrle, mov", "ffv1, matroska"})
  void what_is_transparent_is_black(String codec, String container) {
    Path file = coded(codec, container);
    Video video = ClipReader.read(file, ReadOptions.defaults()).video().orElseThrow();
    assertThat(video.frames()).isEqualTo(FRAMES);
    assertThat(red(video, SIZE / 8)).as("opaque").isCloseTo(200, within(12));
    assertThat(red(video, SIZE / 2)).as("half transparent").isCloseTo(100, within(12));
    assertThat(red(video, SIZE - SIZE / 8)).as("transparent").isLessThan(12);
  }

  @Test
  void a_copy_keeps_the_transparency_and_other_containers_are_refused() {
    Path file = coded("libvpx-vp9", "webm");
    Path mp4 = folder.resolve("out.mp4");
    assertThatThrownBy(() -> SoundtrackWriter.requireFits(mp4, file))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(
            "has pictures in vp9 with transparency, which "
                + mp4
                + " cannot carry; use a name"
                + " ending in .mkv");
    assertThat(SoundtrackWriter.ending(file)).isEqualTo(".mkv");
    Path copy = folder.resolve("out.mkv");
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(copy, file, 0, OptionalDouble.empty(), 16000, 1)) {
      writer.write(new float[1][8000]);
      writer.finish();
    }
    Video video = ClipReader.read(copy, ReadOptions.defaults()).video().orElseThrow();
    assertThat(red(video, SIZE / 8)).isCloseTo(200, within(12));
    assertThat(red(video, SIZE - SIZE / 8)).isLessThan(12);
  }

  private static int red(Video video, int column) {
    return video.rgb()[((SIZE / 2) * SIZE + column) * 3] & 0xff;
  }

  /** Red everywhere: opaque on the left, half transparent, and transparent on the right. */
  private Path coded(String encoder, String container) {
    Path file = folder.resolve(encoder + "." + container);
    Ffmpeg.silence();
    AVFormatContext out = new AVFormatContext(null);
    AVPacket packet = av_packet_alloc();
    AVFrame rgba = frame(AV_PIX_FMT_RGBA);
    AVFrame coded = frame(FORMATS.get(encoder));
    try (PointerScope scope = new PointerScope()) {
      fill(rgba);
      SwsContext scaler =
          sws_getContext(
              SIZE,
              SIZE,
              AV_PIX_FMT_RGBA,
              SIZE,
              SIZE,
              coded.format(),
              SWS_BILINEAR,
              null,
              null,
              (DoublePointer) null);
      sws_scale(scaler, rgba.data(), rgba.linesize(), 0, SIZE, coded.data(), coded.linesize());
      sws_freeContext(scaler);
      AVCodec codec = avcodec_find_encoder_by_name(encoder);
      AVCodecContext context = avcodec_alloc_context3(codec);
      context.width(SIZE).height(SIZE).pix_fmt(coded.format()).time_base(av_make_q(1, 8));
      context.thread_count(1).bit_rate(1_000_000);
      AVDictionary options = new AVDictionary(null);
      av_dict_set(options, "auto-alt-ref", "0", 0);
      check(avcodec_open2(context, codec, options));
      av_dict_free(options);
      check(
          avformat_alloc_output_context2(out, null, new BytePointer(container), Ffmpeg.url(file)));
      AVIOContext bytes = new AVIOContext(null);
      check(avio_open(bytes, Ffmpeg.url(file), AVIO_FLAG_WRITE));
      out.pb(bytes);
      AVStream stream = avformat_new_stream(out, null);
      stream.time_base(context.time_base()).avg_frame_rate(av_make_q(8, 1));
      check(avcodec_parameters_from_context(stream.codecpar(), context));
      if (encoder.startsWith("libvpx")) {
        AVDictionary told = new AVDictionary(null);
        av_dict_set(told, "alpha_mode", "1", 0);
        stream.metadata(told);
      }
      check(avformat_write_header(out, (AVDictionary) null));
      for (int k = 0; k <= FRAMES; k++) {
        coded.pts(k);
        check(avcodec_send_frame(context, k < FRAMES ? coded : null));
        while (avcodec_receive_packet(context, packet) >= 0) {
          packet.duration(1);
          av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
          check(av_interleaved_write_frame(out, packet));
        }
      }
      check(av_write_trailer(out));
      out.pb((AVIOContext) null);
      check(avio_close(bytes));
      avcodec_free_context(context);
      return file;
    } finally {
      av_packet_free(packet);
      av_frame_free(rgba);
      av_frame_free(coded);
      avformat_free_context(out);
    }
  }

  private static AVFrame frame(int format) {
    AVFrame frame = av_frame_alloc();
    frame.format(format).width(SIZE).height(SIZE);
    check(av_frame_get_buffer(frame, 0));
    return frame;
  }

  private static void fill(AVFrame rgba) {
    BytePointer data = rgba.data(0);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int alpha = x < SIZE / 3 ? 255 : x < 2 * SIZE / 3 ? 128 : 0;
        data.position((long) y * rgba.linesize(0) + 4L * x);
        data.put(new byte[] {(byte) 200, 0, 0, (byte) alpha});
      }
    }
    data.position(0);
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException(Ffmpeg.describe(code));
    }
  }
}
