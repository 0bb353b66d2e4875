package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_demuxer_iterate;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;

/** An open container: its headers, its packets. Owns the native context. */
final class Demuxer implements AutoCloseable {
  /** Formats that are lists of other files: opening one would read files nobody named. */
  private static final Set<String> PLAYLISTS =
      Set.of("hls", "concat", "concatf", "dash", "image2", "imf", "ffmetadata", "rtsp", "sdp");

  /** The name under which FFmpeg knows that transparency is coded beside the colours. */
  static final String ALPHA_MODE = "alpha_mode";

  private final Path path;
  private final Limits limits;
  private final AVFormatContext format;
  private final int videoIndex;
  private final int audioIndex;
  private final MediaInfo info;

  private Demuxer(Path path, Limits limits, AVFormatContext format) {
    this.path = path;
    this.limits = limits;
    this.format = format;
    videoIndex = bestStream(AVMEDIA_TYPE_VIDEO);
    audioIndex = bestStream(AVMEDIA_TYPE_AUDIO);
    info = readInfo();
  }

  /** Opens a file and checks its headers against the limits (all but its length). */
  static Demuxer open(Path path, Limits limits) {
    Ffmpeg.silence();
    checkFile(path, limits);
    AVFormatContext format = new AVFormatContext(null);
    try (PointerScope scope = new PointerScope()) {
      AVDictionary options = new AVDictionary(null);
      av_dict_set(options, "protocol_whitelist", "file", 0);
      av_dict_set(options, "format_whitelist", containers(limits), 0);
      av_dict_set(options, "max_streams", Integer.toString(limits.streams() + 1), 0);
      int code = avformat_open_input(format, Ffmpeg.url(path), null, options);
      av_dict_free(options);
      if (code < 0) {
        throw unreadable(path, code);
      }
      checkHeaders(path, limits, format);
      code = findStreamInfo(format, limits);
      if (code < 0) {
        throw unreadable(path, code);
      }
      checkHeaders(path, limits, format);
      return new Demuxer(path, limits, format);
    } catch (RuntimeException | Error e) {
      avformat_close_input(format);
      throw e;
    }
  }

  private static void checkFile(Path path, Limits limits) {
    InputFile.require(path, "media file");
    try {
      long bytes = Files.size(path);
      if (bytes == 0) {
        throw KinetoneException.user("%s is empty", path);
      }
      if (bytes > limits.fileBytes()) {
        throw KinetoneException.user(
            "%s has %d bytes, the limit is %d bytes; cut it into parts",
            path, bytes, limits.fileBytes());
      }
    } catch (IOException e) {
      throw KinetoneException.user(e, "%s cannot be read: %s", path, e.getMessage());
    }
  }

  private static void checkHeaders(Path path, Limits limits, AVFormatContext format) {
    if (format.nb_streams() > limits.streams()) {
      throw KinetoneException.user(
          "%s has more than %d tracks; extract the ones needed", path, limits.streams());
    }
    for (int i = 0; i < format.nb_streams(); i++) {
      AVCodecParameters codec = format.streams(i).codecpar();
      if (codec.codec_type() == AVMEDIA_TYPE_VIDEO) {
        limits.checkPicture(path, codec.width(), codec.height());
      }
    }
  }

  /** Looking for missing header fields may decode a picture: the limit has to hold there too. */
  private static int findStreamInfo(AVFormatContext format, Limits limits) {
    int count = format.nb_streams();
    PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, count));
    for (int i = 0; i < count; i++) {
      AVDictionary option = new AVDictionary(null);
      // FFmpeg's option is an int; beyond it, the checks of the headers and the frames remain.
      long pixels = Math.min(limits.pixelsPerFrame(), Integer.MAX_VALUE);
      av_dict_set(option, "max_pixels", Long.toString(pixels), 0);
      options.put(i, option);
    }
    int code = avformat_find_stream_info(format, options);
    for (int i = 0; i < count; i++) {
      AVDictionary option = options.get(AVDictionary.class, i);
      if (option != null) {
        av_dict_free(option);
      }
    }
    return code;
  }

  private static String containers(Limits limits) {
    StringBuilder names = new StringBuilder();
    try (PointerPointer<Pointer> state = new PointerPointer<>(1)) {
      state.put(0, (Pointer) null);
      for (AVInputFormat f = av_demuxer_iterate(state); f != null; f = av_demuxer_iterate(state)) {
        String name = f.name().getString();
        boolean meant = limits.containers().isEmpty() || limits.containers().contains(name);
        if (meant && !PLAYLISTS.contains(name)) {
          names.append(names.length() == 0 ? "" : ",").append(name);
        }
      }
    }
    return names.toString();
  }

  private static KinetoneException unreadable(Path path, int code) {
    byte[] start = new byte[12];
    try (InputStream in = Files.newInputStream(path)) {
      in.readNBytes(start, 0, start.length);
    } catch (IOException e) {
      return KinetoneException.user(e, "%s cannot be read: %s", path, e.getMessage());
    }
    if ("ftyp".equals(new String(start, 4, 4, StandardCharsets.ISO_8859_1))) {
      return KinetoneException.user(
          "%s is cut off or damaged: an MP4 file whose index (moov) is missing; copy it again",
          path);
    }
    return KinetoneException.user(
        "%s is not a media file that FFmpeg can read (%s)", path, Ffmpeg.describe(code));
  }

  private int bestStream(int type) {
    int index = av_find_best_stream(format, type, -1, -1, (AVCodec) null, 0);
    // A cover picture inside a sound file is no track of pictures.
    return index >= 0 && (stream(index).disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0
        ? index
        : -1;
  }

  private AVStream stream(int index) {
    return format.streams(index);
  }

  AVStream video() {
    return stream(videoIndex);
  }

  AVStream audio() {
    return stream(audioIndex);
  }

  MediaInfo info() {
    return info;
  }

  /** Width of a pixel over its height as container and codec together say; 0 over 1 if unsaid. */
  AVRational pixelAspect() {
    return av_guess_sample_aspect_ratio(format, video(), null);
  }

  /**
   * Seconds on the container's clock at which the clip begins: the earliest track. Pictures may
   * begin before 0; sound that does is what codecs need to start up, and nobody is meant to hear
   * it.
   */
  double zero() {
    double zero = Double.POSITIVE_INFINITY;
    for (int index : new int[] {videoIndex, audioIndex}) {
      if (index >= 0 && stream(index).start_time() != Ffmpeg.NO_TIME) {
        AVStream stream = stream(index);
        double start = stream.start_time() * Ffmpeg.value(stream.time_base());
        zero = Math.min(zero, index == videoIndex ? start : Math.max(0, start));
      }
    }
    return zero == Double.POSITIVE_INFINITY ? 0 : zero;
  }

  /**
   * Whether the pictures of a track are coded twice, as colours and as transparency beside them:
   * VP8 and VP9 in Matroska and WebM.
   */
  static boolean hasAlphaBeside(AVStream stream) {
    int codec = stream.codecpar().codec_id();
    if (codec != AV_CODEC_ID_VP8 && codec != AV_CODEC_ID_VP9) {
      return false;
    }
    AVDictionaryEntry mode = av_dict_get(stream.metadata(), ALPHA_MODE, null, 0);
    return mode != null && !mode.isNull() && "1".equals(mode.value().getString());
  }

  /**
   * Seconds on the container's clock at which a track ends, or NaN where the header does not count
   * the samples of each track.
   */
  double promisedEnd(AVStream stream) {
    boolean counted =
        info.container().startsWith("mov,")
            && stream.nb_frames() > 0
            && stream.duration() > 0
            && stream.start_time() != Ffmpeg.NO_TIME;
    return counted
        ? (stream.start_time() + stream.duration()) * Ffmpeg.value(stream.time_base())
        : Double.NaN;
  }

  /**
   * Whether a packet's length is the time to the next packet in the order of decoding. Where that
   * is not the order of showing, the length of the picture shown last is that of the last packet,
   * which makes the track as long as its header says.
   */
  boolean lengthsAreOfDecoding() {
    return info.container().startsWith("mov,");
  }

  /** Whether the container has no track besides the ones that are read. */
  boolean onlyChosenTracks() {
    return format.nb_streams() == (videoIndex >= 0 ? 1 : 0) + (audioIndex >= 0 ? 1 : 0);
  }

  /** Containers with a complete index, in which a jump lands where it should. */
  boolean seeksExactly() {
    return info.container().startsWith("mov,") || info.container().startsWith("matroska");
  }

  /** Jumps to a key picture at or before the given instant of the container's clock. */
  void seek(double seconds) {
    int code =
        av_seek_frame(format, -1, (long) Math.floor(seconds * AV_TIME_BASE), AVSEEK_FLAG_BACKWARD);
    if (code < 0) {
      throw KinetoneException.user(
          "%s cannot be read from %.3f s on: %s", path, seconds, Ffmpeg.describe(code));
    }
  }

  /** Reads the next packet of any track; false at the end of the file. */
  boolean read(AVPacket packet) {
    av_packet_unref(packet);
    int code = av_read_frame(format, packet);
    if (code == AVERROR_EOF()) {
      return false;
    }
    if (code < 0) {
      throw KinetoneException.user(
          "%s is cut off or damaged: %s; copy it again", path, Ffmpeg.describe(code));
    }
    return true;
  }

  Orientation orientation() {
    AVCodecParameters codec = video().codecpar();
    AVPacketSideData side =
        codec.nb_coded_side_data() == 0
            ? null
            : av_packet_side_data_get(
                codec.coded_side_data(), codec.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
    if (side == null || side.isNull() || side.size() < 36) {
      return Orientation.UPRIGHT;
    }
    int[] matrix = new int[9];
    BytePointer data = side.data();
    new IntPointer(data).get(matrix);
    return Orientation.of(matrix);
  }

  private MediaInfo readInfo() {
    if (videoIndex < 0 && audioIndex < 0) {
      throw KinetoneException.user("%s has neither a picture nor a sound track", path);
    }
    double whole =
        format.duration() == Ffmpeg.NO_TIME ? 0 : format.duration() / (double) AV_TIME_BASE;
    Optional<MediaInfo.VideoTrack> video =
        videoIndex < 0 ? Optional.empty() : Optional.of(videoTrack(whole));
    Optional<MediaInfo.AudioTrack> audio =
        audioIndex < 0 ? Optional.empty() : Optional.of(audioTrack(whole));
    double longest =
        Math.max(
            video.map(MediaInfo.VideoTrack::seconds).orElse(0.0),
            audio.map(MediaInfo.AudioTrack::seconds).orElse(0.0));
    String container = format.iformat().name().getString();
    return new MediaInfo(container, Math.max(whole, longest), video, audio);
  }

  private MediaInfo.VideoTrack videoTrack(double whole) {
    AVStream stream = video();
    AVCodecParameters codec = stream.codecpar();
    if (codec.width() <= 0 || codec.height() <= 0) {
      throw KinetoneException.user(
          "%s: the size of the pictures cannot be found; they are damaged or have more than %d"
              + " pixels",
          path, limits.pixelsPerFrame());
    }
    double rate = frameRate(stream);
    double aspect = Ffmpeg.value(av_guess_sample_aspect_ratio(format, stream, null));
    double seconds = seconds(stream, whole);
    long frames = stream.nb_frames() > 0 ? stream.nb_frames() : Math.round(seconds * rate);
    MediaInfo.VideoTrack track =
        new MediaInfo.VideoTrack(
            avcodec_get_name(codec.codec_id()).getString(),
            codec.width(),
            codec.height(),
            orientation().degrees(),
            aspect > 0 ? aspect : 1,
            rate,
            frames,
            seconds);
    limits.checkPicture(path, track.displayWidth(), track.displayHeight());
    return track;
  }

  /** What is no rate of pictures is often the unit of the time stamps. */
  private double frameRate(AVStream stream) {
    double guess = Ffmpeg.value(av_guess_frame_rate(format, stream, (AVFrame) null));
    double mean = Ffmpeg.value(stream.avg_frame_rate());
    for (double rate : new double[] {guess, mean}) {
      if (rate > 0 && rate <= ReadOptions.MAX_FRAME_RATE) {
        return rate;
      }
    }
    return 25;
  }

  private MediaInfo.AudioTrack audioTrack(double whole) {
    AVStream stream = audio();
    AVCodecParameters codec = stream.codecpar();
    double seconds = seconds(stream, whole);
    return new MediaInfo.AudioTrack(
        avcodec_get_name(codec.codec_id()).getString(),
        codec.sample_rate(),
        codec.ch_layout().nb_channels(),
        Math.round(seconds * codec.sample_rate()),
        seconds);
  }

  private static double seconds(AVStream stream, double whole) {
    return stream.duration() == Ffmpeg.NO_TIME
        ? whole
        : stream.duration() * Ffmpeg.value(stream.time_base());
  }

  @Override
  public void close() {
    avformat_close_input(format);
  }
}
