package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;

import java.nio.file.Path;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Packets of one track to frames. Owns the native codec context. */
final class StreamDecoder implements AutoCloseable {
  private final Path path;
  private final String what;
  private final int index;
  private final double tick;
  private final AVCodecContext context;
  private boolean started;

  StreamDecoder(Path path, String what, AVStream stream, Limits limits) {
    this.path = path;
    this.what = what;
    index = stream.index();
    tick = Ffmpeg.value(stream.time_base());
    int id = stream.codecpar().codec_id();
    AVCodec codec = decoder(stream, id);
    if (codec == null) {
      throw KinetoneException.user(
          "%s: no decoder for its %s (%s); convert it first",
          path, what, avcodec_get_name(id).getString());
    }
    context = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(context, stream.codecpar());
    context.pkt_timebase(stream.time_base());
    context.max_pixels(limits.pixelsPerFrame());
    context.thread_count(1);
    int code = avcodec_open2(context, codec, (AVDictionary) null);
    if (code < 0) {
      avcodec_free_context(context);
      throw KinetoneException.user(
          "%s: its %s cannot be decoded: %s", path, what, Ffmpeg.describe(code));
    }
  }

  /** FFmpeg's own decoders of VP8 and VP9 pass over the transparency beside the colours. */
  private static AVCodec decoder(AVStream stream, int id) {
    AVCodec seeing =
        Demuxer.hasAlphaBeside(stream)
            ? avcodec_find_decoder_by_name(id == AV_CODEC_ID_VP8 ? "libvpx" : "libvpx-vp9")
            : null;
    return seeing != null ? seeing : avcodec_find_decoder(id);
  }

  boolean owns(AVPacket packet) {
    return packet.stream_index() == index;
  }

  /** Seconds per unit of this track's time stamps. */
  double tick() {
    return tick;
  }

  /** Hands over a packet, or null at the end of the file. */
  void send(AVPacket packet) {
    int code = avcodec_send_packet(context, packet);
    // A recording may begin inside a group of pictures; what comes before the first whole picture
    // cannot be decoded and is not missed.
    if (code < 0 && code != AVERROR_EOF() && started) {
      throw damaged(Ffmpeg.describe(code));
    }
  }

  /** Fills {@code frame} with the next decoded frame; false when more packets are needed. */
  boolean receive(AVFrame frame) {
    int code = avcodec_receive_frame(context, frame);
    if (code == Ffmpeg.TRY_AGAIN || code == AVERROR_EOF()) {
      return false;
    }
    if (code < 0) {
      if (started) {
        throw damaged(Ffmpeg.describe(code));
      }
      return false;
    }
    if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
      if (started) {
        throw damaged("broken data");
      }
    } else {
      started = true;
    }
    return true;
  }

  private KinetoneException damaged(String reason) {
    return KinetoneException.user(
        "%s is cut off or damaged: its %s cannot be decoded to the end (%s); copy it again",
        path, what, reason);
  }

  @Override
  public void close() {
    avcodec_free_context(context);
  }
}
