package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.util.Map;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** One track being encoded, piece by piece. Owns the native codec context. */
abstract class TrackEncoder implements AutoCloseable {
  final AVCodecContext context;
  final AVFrame frame = av_frame_alloc();
  final AVPacket packet = av_packet_alloc();
  private final AVCodec codec;
  private int track;

  TrackEncoder(String name) {
    Ffmpeg.silence();
    codec = avcodec_find_encoder_by_name(name);
    if (codec == null) {
      throw KinetoneException.internal("this FFmpeg has no encoder %s", name);
    }
    context = avcodec_alloc_context3(codec);
    context.flags(context.flags() | AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER);
    // The order in which threads finish must not show in the bytes.
    context.thread_count(1);
  }

  /** Opens the codec; {@code what} names the input in an error. */
  final void open(Map<String, String> settings, String what) {
    AVDictionary options = new AVDictionary(null);
    settings.forEach((key, value) -> av_dict_set(options, key, value, 0));
    int code = avcodec_open2(context, codec, options);
    av_dict_free(options);
    if (code < 0) {
      close();
      throw KinetoneException.user(
          "%s cannot be encoded as %s: %s", what, codec.name().getString(), Ffmpeg.describe(code));
    }
  }

  final void attach(Muxer muxer) throws IOException {
    track = muxer.addTrack(context);
  }

  /** Seconds at which the next piece begins; infinity when there is none left. */
  abstract double nextTime();

  /** Fills {@link #frame} with the next piece. */
  abstract void fill() throws IOException;

  /** Encodes the next piece. */
  final void encodeNext(Muxer muxer) throws IOException {
    fill();
    accept(avcodec_send_frame(context, frame));
    drain(muxer);
  }

  /** Encodes what the codec still holds back. */
  final void finish(Muxer muxer) throws IOException {
    accept(avcodec_send_frame(context, null));
    drain(muxer);
  }

  private void drain(Muxer muxer) throws IOException {
    int code = avcodec_receive_packet(context, packet);
    while (code >= 0) {
      muxer.write(packet, track, context);
      code = avcodec_receive_packet(context, packet);
    }
    if (code != Ffmpeg.TRY_AGAIN && code != AVERROR_EOF()) {
      accept(code);
    }
  }

  private static void accept(int code) throws EncoderOverflowException {
    if (code < 0) {
      throw new EncoderOverflowException(Ffmpeg.describe(code));
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
  }
}
