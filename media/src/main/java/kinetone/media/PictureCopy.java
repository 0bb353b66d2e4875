package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;
import static org.bytedeco.ffmpeg.global.avformat.avformat_query_codec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * The picture packets of a file, or of a stretch of it, as they are, on a clock that begins with
 * the stretch. A stretch begins at a key picture, since nothing else can be shown without what
 * comes before. Owns an open file.
 */
final class PictureCopy implements AutoCloseable {
  private final Path path;
  private final Demuxer demuxer;
  private final AVStream stream;
  private final double tick;
  private final TimeStamps stamps;
  private final AVPacket packet = av_packet_alloc();
  private final Deque<AVPacket> ready = new ArrayDeque<>();

  /** Shown after the end; wanted only if a later packet, which may need them, is shown before. */
  private final Deque<AVPacket> late = new ArrayDeque<>();

  /** Time stamps of the stretch's beginning, of the first and after the last picture wanted. */
  private final long origin;

  private final long first;
  private final long end;
  private final double startSeconds;
  private boolean started;
  private boolean ended;
  private long lastDts = Ffmpeg.NO_TIME;
  private long written;
  private int track;

  /**
   * Opens {@code path}.
   *
   * @param start seconds from the beginning of the file; the copy begins at the key picture there
   *     or before
   * @param seconds from {@code start} on; empty copies to the end
   */
  PictureCopy(Path path, double start, OptionalDouble seconds) {
    this.path = path;
    Found key = start > 0 ? keyPicture(path, start) : Found.NONE;
    Limits limits = Limits.streaming();
    demuxer = Demuxer.open(path, limits);
    stamps = new TimeStamps(path, "pictures", limits);
    try {
      stream = pictures(path, demuxer);
      double length = demuxer.info().seconds();
      if (length > 0 && start >= length) {
        throw KinetoneException.user(
            "%s is %.3f s long, there is nothing from %.3f s on", path, length, start);
      }
      limits.checkSeconds(path, Math.min(length - start, seconds.orElse(length)));
      tick = Ffmpeg.value(stream.time_base());
      first = key.time;
      started = key.equals(Found.NONE);
      double zero = demuxer.zero();
      origin = started ? ticks(zero + start) : first;
      startSeconds = started ? start : first * tick - zero;
      end = seconds.isPresent() ? ticks(zero + start + seconds.getAsDouble()) : Long.MAX_VALUE;
      if (key.indexed) {
        demuxer.seek(first * tick);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private long ticks(double seconds) {
    return Math.round(seconds / tick);
  }

  private static AVStream pictures(Path path, Demuxer demuxer) {
    if (demuxer.info().video().isEmpty()) {
      throw KinetoneException.user("%s has no picture track, one is required", path);
    }
    return demuxer.video();
  }

  /**
   * A key picture.
   *
   * @param time its time stamp
   * @param indexed whether a jump finds it
   */
  private record Found(long time, boolean indexed) {
    static final Found NONE = new Found(Ffmpeg.NO_TIME, false);
  }

  /** The last key picture not after {@code start} seconds, if there is one. */
  private static Found keyPicture(Path path, double start) {
    for (boolean jump : new boolean[] {true, false}) {
      try (Demuxer demuxer = Demuxer.open(path, Limits.streaming())) {
        if (jump && demuxer.seeksExactly()) {
          demuxer.seek(demuxer.zero() + start);
        } else if (jump) {
          continue;
        }
        AVStream stream = pictures(path, demuxer);
        double wanted = (demuxer.zero() + start) / Ffmpeg.value(stream.time_base());
        long best = lastKeyPicture(demuxer, stream.index(), Math.round(wanted));
        if (best != Ffmpeg.NO_TIME) {
          return new Found(best, jump);
        }
      }
    }
    return Found.NONE;
  }

  private static long lastKeyPicture(Demuxer demuxer, int index, long wanted) {
    AVPacket packet = av_packet_alloc();
    try {
      long best = Ffmpeg.NO_TIME;
      boolean beyond = false;
      while (!beyond && demuxer.read(packet)) {
        if (packet.stream_index() == index) {
          long time = packet.pts() == Ffmpeg.NO_TIME ? packet.dts() : packet.pts();
          boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
          best = key && time != Ffmpeg.NO_TIME && time <= wanted ? time : best;
          beyond = packet.dts() != Ffmpeg.NO_TIME && packet.dts() > wanted;
        }
      }
      return best;
    } finally {
      av_packet_free(packet);
    }
  }

  /** The file. */
  Path path() {
    return path;
  }

  /** Where the copy begins, in seconds from the beginning of the file. */
  double startSeconds() {
    return startSeconds;
  }

  /** What the headers say about the pictures. */
  MediaInfo.VideoTrack info() {
    return demuxer.info().video().orElseThrow();
  }

  /** Number of pictures written so far. */
  long written() {
    return written;
  }

  /** Whether a container can hold these pictures unaltered. */
  boolean fits(String container) {
    AVOutputFormat format = av_guess_format(container, null, null);
    int codec = stream.codecpar().codec_id();
    // FFmpeg says yes for QuickTime and refuses when the header is written (movenc.c).
    boolean refused =
        container.equals("mov")
            && (codec == AV_CODEC_ID_VP8 || codec == AV_CODEC_ID_VP9 || codec == AV_CODEC_ID_AV1);
    boolean lost = hasAlphaBeside() && !container.equals("matroska");
    return !refused && !lost && avformat_query_codec(format, codec, 0) == 1;
  }

  /** Whether the pictures carry transparency that only Matroska keeps. */
  boolean hasAlphaBeside() {
    return Demuxer.hasAlphaBeside(stream);
  }

  void attach(Muxer muxer) throws IOException {
    track = muxer.addCopy(stream, demuxer.pixelAspect());
  }

  /** Seconds at which the next packet has to be decoded; infinity when there is none left. */
  double nextTime() {
    while (ready.isEmpty() && !ended) {
      read();
    }
    return ready.isEmpty() ? Double.POSITIVE_INFINITY : ready.element().dts() * tick;
  }

  /** Writes the packet that {@link #nextTime} speaks of. */
  void writeNext(Muxer muxer) throws IOException {
    AVPacket next = ready.remove();
    try {
      muxer.write(next, track, stream.time_base());
      written++;
    } finally {
      av_packet_free(next);
    }
  }

  private void read() {
    if (!demuxer.read(packet)) {
      ended = true;
      return;
    }
    if (packet.stream_index() != stream.index()) {
      return;
    }
    stamp();
    started |= (packet.flags() & AV_PKT_FLAG_KEY) != 0 && packet.pts() == first;
    if (!started || (first != Ffmpeg.NO_TIME && packet.pts() < first)) {
      return;
    }
    boolean beyond = packet.pts() >= end;
    ended = beyond && packet.dts() >= end;
    if (ended) {
      return;
    }
    if (lastDts != Ffmpeg.NO_TIME) {
      stamps.checkNext(lastDts * tick, packet.dts() * tick);
    }
    if (lastDts != Ffmpeg.NO_TIME && packet.dts() <= lastDts) {
      // Sloppy files; containers insist on order.
      packet.dts(lastDts + 1);
      packet.pts(Math.max(packet.pts(), packet.dts()));
    }
    lastDts = packet.dts();
    packet.pts(packet.pts() - origin).dts(packet.dts() - origin);
    AVPacket kept = av_packet_clone(packet);
    if (kept == null) {
      throw KinetoneException.resource(null, "no memory to copy the pictures of %s", path);
    }
    if (beyond) {
      late.add(kept);
    } else {
      ready.addAll(late);
      late.clear();
      ready.add(kept);
    }
  }

  /** Some containers leave out one of the two times, or both after the first. */
  private void stamp() {
    if (packet.dts() == Ffmpeg.NO_TIME) {
      long length = Math.max(1, packet.duration());
      long guess = lastDts == Ffmpeg.NO_TIME ? packet.pts() : lastDts + length;
      packet.dts(packet.pts() == Ffmpeg.NO_TIME ? guess : Math.min(guess, packet.pts()));
      if (packet.dts() == Ffmpeg.NO_TIME) {
        packet.dts(0);
      }
    }
    if (packet.pts() == Ffmpeg.NO_TIME) {
      packet.pts(packet.dts());
    }
  }

  @Override
  public void close() {
    ready.forEach(kept -> av_packet_free(kept));
    late.forEach(kept -> av_packet_free(kept));
    ready.clear();
    late.clear();
    av_packet_free(packet);
    demuxer.close();
  }
}
