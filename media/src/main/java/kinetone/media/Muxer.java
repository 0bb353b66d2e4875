package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_id;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.nio.file.Path;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A container being written; the same packets give the same bytes. Owns the native context and the
 * open file.
 */
final class Muxer implements AutoCloseable {
  private final AVFormatContext format = new AVFormatContext(null);
  private AVIOContext file;

  Muxer(Path path, String container) throws IOException {
    Ffmpeg.silence();
    int code =
        avformat_alloc_output_context2(format, null, new BytePointer(container), Ffmpeg.url(path));
    if (code < 0) {
      throw KinetoneException.internal(
          "no %s writer in this FFmpeg: %s", container, Ffmpeg.describe(code));
    }
    // No dates and no version strings: equal clips must give equal files.
    format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    file = new AVIOContext(null);
    code = avio_open(file, Ffmpeg.url(path), AVIO_FLAG_WRITE);
    if (code < 0) {
      file = null;
      avformat_free_context(format);
      throw new IOException(Ffmpeg.describe(code));
    }
    format.pb(file);
  }

  /** Adds the track that {@code encoder} fills and returns its number. */
  int addTrack(AVCodecContext encoder) throws IOException {
    AVStream stream = avformat_new_stream(format, null);
    stream.time_base(encoder.time_base());
    stream.avg_frame_rate(encoder.framerate());
    check(avcodec_parameters_from_context(stream.codecpar(), encoder));
    stream.codecpar().codec_tag(0);
    return stream.index();
  }

  /** Adds a track that takes the packets of {@code source} as they are and returns its number. */
  int addCopy(AVStream source, AVRational aspect) throws IOException {
    AVStream stream = avformat_new_stream(format, null);
    check(avcodec_parameters_copy(stream.codecpar(), source.codecpar()));
    // The name of a codec may differ from container to container; where the new one knows the old
    // name it is kept, because players look at it (hvc1 or hev1).
    PointerPointer<?> names = format.oformat().codec_tag();
    int id = source.codecpar().codec_id();
    int name = source.codecpar().codec_tag();
    boolean known = names == null || names.isNull() || av_codec_get_id(names, name) == id;
    stream.codecpar().codec_tag(known ? name : 0);
    stream.codecpar().sample_aspect_ratio(aspect);
    stream.sample_aspect_ratio(aspect);
    stream.time_base(source.time_base());
    stream.avg_frame_rate(source.avg_frame_rate());
    stream.r_frame_rate(source.r_frame_rate());
    stream.disposition(source.disposition());
    if (Demuxer.hasAlphaBeside(source)) {
      AVDictionary told = new AVDictionary(null);
      av_dict_set(told, Demuxer.ALPHA_MODE, "1", 0);
      stream.metadata(told);
    }
    return stream.index();
  }

  /** Writes the header. */
  void begin(String option, String value) throws IOException {
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, option, value, 0);
    int code = avformat_write_header(format, options);
    av_dict_free(options);
    check(code);
  }

  /** Writes a packet whose time stamps are in the unit of {@code encoder}. */
  void write(AVPacket packet, int track, AVCodecContext encoder) throws IOException {
    write(packet, track, encoder.time_base());
  }

  /** Writes a packet whose time stamps are in the given unit. */
  void write(AVPacket packet, int track, AVRational unit) throws IOException {
    packet.stream_index(track);
    av_packet_rescale_ts(packet, unit, format.streams(track).time_base());
    check(av_interleaved_write_frame(format, packet));
  }

  /** Writes the index; errors of a full disk may show only here. */
  void finish() throws IOException {
    check(av_write_trailer(format));
    format.pb((AVIOContext) null);
    AVIOContext closing = file;
    file = null;
    check(avio_close(closing));
  }

  static void check(int code) throws IOException {
    if (code < 0) {
      throw new IOException(Ffmpeg.describe(code));
    }
  }

  @Override
  public void close() {
    if (file != null) {
      format.pb((AVIOContext) null);
      avio_close(file);
      file = null;
    }
    avformat_free_context(format);
  }
}
