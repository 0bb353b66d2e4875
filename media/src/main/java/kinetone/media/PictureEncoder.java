package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_d2q;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/** Pictures to H.264, 4:2:0, BT.709, limited range. */
final class PictureEncoder extends TrackEncoder {
  /**
   * Quantiser bounds of H.264 (0 to 51), best first. The first pair is near-transparent, since
   * clips are small and precious. Pictures of pure noise can overflow the encoder's buffer with it
   * and take a later one.
   */
  private static final int[][] QUANTISERS = {{8, 18}, {20, 28}, {28, 36}, {36, 44}, {44, 51}};

  /** Number of qualities, 0 being the best. */
  static final int QUALITIES = QUANTISERS.length;

  /** An upper bound that the quantiser bounds never reach on natural pictures. */
  private static final int BITS_PER_PIXEL = 4;

  /** Enough for players to seek in. */
  private static final double SECONDS_PER_KEY_PICTURE = 2;

  private final Video video;
  private final int width;
  private final int height;
  private final AVFrame rgb = av_frame_alloc();
  private final byte[] row;
  private SwsContext converter;
  private int next;

  PictureEncoder(Video video, int quality) throws IOException {
    super("libopenh264");
    this.video = video;
    // 4:2:0 halves the colour planes: odd sizes get one more row or column, a copy of the last.
    width = evenUp(video.width());
    height = evenUp(video.height());
    row = new byte[width * 3];
    AVRational rate = av_d2q(video.framesPerSecond(), 1_001_000);
    context
        .width(width)
        .height(height)
        .pix_fmt(AV_PIX_FMT_YUV420P)
        .framerate(rate)
        .time_base(av_make_q(rate.den(), rate.num()))
        .gop_size((int) Math.max(1, Math.round(video.framesPerSecond() * SECONDS_PER_KEY_PICTURE)))
        .colorspace(AVCOL_SPC_BT709)
        .color_primaries(AVCOL_PRI_BT709)
        .color_trc(AVCOL_TRC_BT709)
        .color_range(AVCOL_RANGE_MPEG)
        .qmin(QUANTISERS[quality][0])
        .qmax(QUANTISERS[quality][1])
        .bit_rate((long) Math.max(1e6, width * height * video.framesPerSecond() * BITS_PER_PIXEL));
    open(
        Map.of("rc_mode", "quality", "allow_skip_frames", "0"),
        String.format("a video of %dx%d pixels", video.width(), video.height()));
    frame.format(AV_PIX_FMT_YUV420P).width(width).height(height);
    Muxer.check(av_frame_get_buffer(frame, 0));
    rgb.format(AV_PIX_FMT_RGB24).width(width).height(height);
    Muxer.check(av_frame_get_buffer(rgb, 0));
    converter =
        sws_getContext(
            width,
            height,
            AV_PIX_FMT_RGB24,
            width,
            height,
            AV_PIX_FMT_YUV420P,
            SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT,
            null,
            null,
            (DoublePointer) null);
    IntPointer table = sws_getCoefficients(AVCOL_SPC_BT709);
    sws_setColorspaceDetails(converter, table, 1, table, 0, 0, 1 << 16, 1 << 16);
  }

  static int evenUp(int pixels) {
    return pixels + pixels % 2;
  }

  @Override
  double nextTime() {
    return next < video.frames() ? next / video.framesPerSecond() : Double.POSITIVE_INFINITY;
  }

  @Override
  void fill() throws IOException {
    Muxer.check(av_frame_make_writable(frame));
    int used = video.width() * 3;
    BytePointer data = rgb.data(0);
    for (int y = 0; y < height; y++) {
      int from = (next * video.height() + Math.min(y, video.height() - 1)) * used;
      System.arraycopy(video.rgb(), from, row, 0, used);
      if (width > video.width()) {
        System.arraycopy(row, used - 3, row, used, 3);
      }
      data.position((long) y * rgb.linesize(0)).put(row);
    }
    sws_scale(converter, rgb.data(), rgb.linesize(), 0, height, frame.data(), frame.linesize());
    frame.pts(next);
    frame.duration(1);
    next++;
  }

  @Override
  public void close() {
    if (converter != null) {
      sws_freeContext(converter);
      converter = null;
    }
    av_frame_free(rgb);
    super.close();
  }
}
