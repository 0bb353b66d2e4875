package kinetone.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ411P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import java.nio.file.Path;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoded pictures of any pixel format to upright RGB of one size. What is transparent is seen over
 * black, and the first time that it is, a line says so. Owns its native buffers.
 */
final class PictureConverter implements AutoCloseable {
  private static final int FLAGS =
      SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT;

  private static final Logger LOG = LoggerFactory.getLogger(PictureConverter.class);

  private static final int OPAQUE = 255;

  private final Path path;
  private final Limits limits;
  private final Orientation orientation;
  private final double pixelAspect;
  private final Fit fit;
  private final int flags;
  // The wanted size before the picture is turned upright.
  private final int width;
  private final int height;
  private SwsContext scaler;
  private AVFrame scaled;
  private boolean saidTransparent;

  PictureConverter(
      Path path, Limits limits, Orientation orientation, double pixelAspect, FrameSize size) {
    this.path = path;
    this.limits = limits;
    this.orientation = orientation;
    this.pixelAspect = pixelAspect;
    fit = size.fit();
    flags =
        FLAGS
            | switch (size.filter()) {
              case BICUBIC -> SWS_BICUBIC;
              case BILINEAR -> SWS_BILINEAR;
            };
    width = orientation.swapsAxes() ? size.height() : size.width();
    height = orientation.swapsAxes() ? size.width() : size.height();
  }

  /** Converts one frame to (row, column, R G B) bytes of the wanted size. */
  byte[] convert(AVFrame frame) {
    double sourceWidth = frame.width() * pixelAspect;
    double horizontal = width / sourceWidth;
    double vertical = height / (double) frame.height();
    int toWidth = width;
    int toHeight = height;
    if (fit == Fit.CENTRE_CROP) {
      double scale = Math.max(horizontal, vertical);
      toWidth = Math.max(width, (int) Math.round(sourceWidth * scale));
      toHeight = Math.max(height, (int) Math.round(frame.height() * scale));
    } else if (fit == Fit.PAD) {
      double scale = Math.min(horizontal, vertical);
      toWidth = Math.max(1, Math.min(width, (int) Math.round(sourceWidth * scale)));
      toHeight = Math.max(1, Math.min(height, (int) Math.round(frame.height() * scale)));
    }
    limits.checkPicture(path, toWidth, toHeight);
    scale(frame, toWidth, toHeight);
    return orientation.apply(cutOrPad(toWidth, toHeight), width, height);
  }

  private static boolean hasAlpha(int pixelFormat) {
    AVPixFmtDescriptor format = av_pix_fmt_desc_get(pixelFormat);
    return format != null && (format.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
  }

  private void scale(AVFrame frame, int toWidth, int toHeight) {
    int to = hasAlpha(frame.format()) ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    if (scaled == null
        || scaled.width() != toWidth
        || scaled.height() != toHeight
        || scaled.format() != to) {
      freeScaled();
      scaled = av_frame_alloc();
      scaled.format(to).width(toWidth).height(toHeight);
      int code = av_frame_get_buffer(scaled, 0);
      if (code < 0) {
        throw KinetoneException.resource(
            null, "no memory for a picture of %dx%d pixels", toWidth, toHeight);
      }
    }
    SwsContext next =
        sws_getCachedContext(
            scaler,
            frame.width(),
            frame.height(),
            frame.format(),
            toWidth,
            toHeight,
            to,
            flags,
            null,
            null,
            (DoublePointer) null);
    scaler = next;
    if (next == null) {
      throw KinetoneException.user("%s: its pixel format cannot be converted to RGB", path);
    }
    IntPointer table = sws_getCoefficients(colourSpace(frame));
    sws_setColorspaceDetails(
        scaler, table, isFullRange(frame) ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16);
    sws_scale(
        scaler,
        frame.data(),
        frame.linesize(),
        0,
        frame.height(),
        scaled.data(),
        scaled.linesize());
  }

  /** Players take an untagged small picture for BT.601 and an untagged large one for BT.709. */
  private static int colourSpace(AVFrame frame) {
    int space = frame.colorspace();
    if (space == AVCOL_SPC_UNSPECIFIED || space == AVCOL_SPC_RGB) {
      return frame.height() > 576 ? AVCOL_SPC_BT709 : SWS_CS_ITU601;
    }
    return space;
  }

  private static boolean isFullRange(AVFrame frame) {
    int pixel = frame.format();
    return frame.color_range() == AVCOL_RANGE_JPEG
        || pixel == AV_PIX_FMT_YUVJ420P
        || pixel == AV_PIX_FMT_YUVJ422P
        || pixel == AV_PIX_FMT_YUVJ444P
        || pixel == AV_PIX_FMT_YUVJ440P
        || pixel == AV_PIX_FMT_YUVJ411P;
  }

  private byte[] cutOrPad(int fromWidth, int fromHeight) {
    byte[] rgb = new byte[width * height * 3];
    int rows = Math.min(height, fromHeight);
    int columns = Math.min(width, fromWidth);
    int fromX = (fromWidth - columns) / 2;
    int fromY = (fromHeight - rows) / 2;
    int toX = (width - columns) / 2;
    int toY = (height - rows) / 2;
    BytePointer data = scaled.data(0);
    long stride = scaled.linesize(0);
    boolean alpha = scaled.format() == AV_PIX_FMT_RGBA;
    byte[] line = new byte[alpha ? 4 * columns : 0];
    for (int row = 0; row < rows; row++) {
      int at = ((toY + row) * width + toX) * 3;
      data.position((fromY + row) * stride + fromX * (alpha ? 4L : 3L));
      if (alpha) {
        data.get(line);
        overBlack(line, rgb, at);
      } else {
        data.get(rgb, at, columns * 3);
      }
    }
    return rgb;
  }

  private void overBlack(byte[] rgba, byte[] rgb, int at) {
    boolean transparent = false;
    for (int from = 0, to = at; from < rgba.length; from += 4, to += 3) {
      int alpha = rgba[from + 3] & 0xff;
      transparent |= alpha != OPAQUE;
      for (int c = 0; c < 3; c++) {
        rgb[to + c] = (byte) (((rgba[from + c] & 0xff) * alpha + OPAQUE / 2) / OPAQUE);
      }
    }
    if (transparent && !saidTransparent) {
      saidTransparent = true;
      LOG.warn("{}: its pictures are partly transparent and are seen over black", path);
    }
  }

  private void freeScaled() {
    if (scaled != null) {
      av_frame_free(scaled);
      scaled = null;
    }
  }

  @Override
  public void close() {
    freeScaled();
    if (scaler != null) {
      sws_freeContext(scaler);
      scaler = null;
    }
  }
}
