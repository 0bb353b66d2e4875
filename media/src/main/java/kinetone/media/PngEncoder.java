package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/** One RGB picture to PNG. */
final class PngEncoder extends TrackEncoder {
  private final Video picture;
  private boolean done;

  PngEncoder(Video picture) throws IOException {
    super("png");
    this.picture = picture;
    context
        .width(picture.width())
        .height(picture.height())
        .pix_fmt(AV_PIX_FMT_RGB24)
        .time_base(av_make_q(1, 1));
    open(Map.of(), String.format("a picture of %dx%d pixels", picture.width(), picture.height()));
  }

  @Override
  double nextTime() {
    return done ? Double.POSITIVE_INFINITY : 0;
  }

  @Override
  void fill() throws IOException {
    frame.format(AV_PIX_FMT_RGB24).width(picture.width()).height(picture.height());
    Muxer.check(av_frame_get_buffer(frame, 0));
    int row = picture.width() * 3;
    BytePointer data = frame.data(0);
    for (int y = 0; y < picture.height(); y++) {
      data.position((long) y * frame.linesize(0)).put(picture.rgb(), y * row, row);
    }
    frame.pts(0);
    done = true;
  }

  /** The bytes of the file. */
  byte[] encode() throws IOException {
    fill();
    Muxer.check(avcodec_send_frame(context, frame));
    Muxer.check(avcodec_send_frame(context, null));
    Muxer.check(avcodec_receive_packet(context, packet));
    byte[] bytes = new byte[packet.size()];
    packet.data().get(bytes);
    return bytes;
  }
}
