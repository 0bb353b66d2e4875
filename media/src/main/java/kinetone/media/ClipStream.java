package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;

/**
 * Reads a file once from front to back with memory that does not grow with its length. Pictures and
 * sound come as the container interleaves them, each in its own order. Pictures are put on a
 * constant rate by time, sound is put on a gapless line, both from the same time 0: the start of
 * the earliest track, or {@link ReadOptions#startSeconds()} after it.
 *
 * <p>Not safe for use by several threads.
 */
public final class ClipStream implements AutoCloseable {
  /** A jump lands this long before the wanted instant, so that decoders have settled by then. */
  private static final double PREROLL = 2;

  private final Path path;
  private final ReadOptions options;
  private final ChunkQueue ready = new ChunkQueue();
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private final double origin;
  private Demuxer demuxer;
  private StreamDecoder videoDecoder;
  private StreamDecoder audioDecoder;
  private VideoTimeline pictures;
  private AudioTimeline sound;
  private FrameSize size;
  private double framesPerSecond;
  private long lastPacketLength;
  private boolean ended;

  private ClipStream(Path path, ReadOptions options) {
    this.path = path;
    this.options = options;
    try (PointerScope scope = new PointerScope()) {
      demuxer = Demuxer.open(path, options.limits());
      checkTracks();
      checkLength();
      origin = demuxer.zero() + options.startSeconds();
      if (hasVideo()) {
        openVideo();
      }
      if (hasAudio()) {
        audioDecoder = new StreamDecoder(path, "sound", demuxer.audio(), options.limits());
        TimeStamps stamps = new TimeStamps(path, "sound", options.limits());
        sound = new AudioTimeline(path, options, stamps, audioDecoder.tick(), ready::addSound);
      }
      if (options.startSeconds() > 2 * PREROLL && demuxer.seeksExactly()) {
        demuxer.seek(origin - PREROLL);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @throws KinetoneException of kind USER when it is missing, no media file, lacks a required
   *     track or is beyond a limit
   */
  public static ClipStream open(Path path, ReadOptions options) {
    return new ClipStream(path, options);
  }

  /** What the headers say. */
  public MediaInfo info() {
    return demuxer.info();
  }

  /** Whether pictures will come. */
  public boolean hasVideo() {
    return options.video() != TrackUse.SKIP && info().video().isPresent();
  }

  /** Whether sound will come. */
  public boolean hasAudio() {
    return options.audio() != TrackUse.SKIP && info().audio().isPresent();
  }

  /** Width of the pictures in pixels. */
  public int width() {
    return size.width();
  }

  /** Height of the pictures in pixels. */
  public int height() {
    return size.height();
  }

  /** Rate of the pictures in Hz. */
  public double framesPerSecond() {
    return framesPerSecond;
  }

  /** Seconds that the pictures last, as far as they are read; exact once the stream has ended. */
  public double videoSeconds() {
    double wanted = options.seconds().orElse(Double.POSITIVE_INFINITY);
    return pictures.isFull() ? wanted : Math.min(wanted, pictures.end());
  }

  /** Rate of the sound in Hz; final once the first sound has come, since headers may be wrong. */
  public int sampleRate() {
    if (sound.rate() > 0) {
      return sound.rate();
    }
    return options.sampleRate().orElseGet(() -> info().audio().orElseThrow().sampleRate());
  }

  private void checkTracks() {
    MediaInfo info = demuxer.info();
    if (options.video() == TrackUse.REQUIRED && info.video().isEmpty()) {
      throw KinetoneException.user("%s has no picture track, one is required", path);
    }
    if (options.audio() == TrackUse.REQUIRED && info.audio().isEmpty()) {
      throw KinetoneException.user("%s has no sound track, one is required", path);
    }
    if (!hasVideo() && !hasAudio()) {
      throw KinetoneException.user(
          "%s has no %s track", path, info.video().isEmpty() ? "picture" : "sound");
    }
  }

  private void checkLength() {
    double left = info().seconds() - options.startSeconds();
    if (info().seconds() > 0 && left <= 0) {
      throw KinetoneException.user(
          "%s is %.3f s long, there is nothing from %.3f s on",
          path, info().seconds(), options.startSeconds());
    }
    options.limits().checkSeconds(path, Math.min(left, options.seconds().orElse(left)));
  }

  private void openVideo() {
    MediaInfo.VideoTrack track = info().video().orElseThrow();
    size =
        options
            .size()
            .orElse(new FrameSize(track.displayWidth(), track.displayHeight(), Fit.STRETCH));
    options.limits().checkPicture(path, size.width(), size.height());
    framesPerSecond = options.framesPerSecond().orElse(track.framesPerSecond());
    long limit =
        options.seconds().isPresent()
            ? options.choice().frames(options.seconds().getAsDouble(), framesPerSecond)
            : Long.MAX_VALUE;
    videoDecoder = new StreamDecoder(path, "pictures", demuxer.video(), options.limits());
    PictureConverter converter =
        new PictureConverter(
            path, options.limits(), demuxer.orientation(), track.pixelAspect(), size);
    pictures =
        new VideoTimeline(
            new TimeStamps(path, "pictures", options.limits()),
            converter,
            framesPerSecond,
            options.choice(),
            videoDecoder.tick(),
            limit,
            ready);
  }

  /**
   * The next picture or piece of sound, empty at the end.
   *
   * @throws KinetoneException of kind USER when the file turns out cut off, damaged or beyond a
   *     limit
   */
  public Optional<ClipChunk> next() {
    Optional<ClipChunk> next = ready.poll();
    while (next.isEmpty() && !ended) {
      try (PointerScope scope = new PointerScope()) {
        pump();
      }
      next = ready.poll();
    }
    return next;
  }

  private void pump() {
    if ((pictures == null || pictures.isFull()) && (sound == null || sound.isFull())) {
      ended = true;
    } else if (!demuxer.read(packet)) {
      ended = true;
      drain();
    } else if (pictures != null && videoDecoder.owns(packet) && !pictures.isFull()) {
      lastPacketLength = packet.duration();
      decodePictures(packet);
    } else if (sound != null && audioDecoder.owns(packet) && !sound.isFull()) {
      decodeSound(packet);
    }
  }

  private void drain() {
    double pictureLength = 0;
    if (pictures != null) {
      decodePictures(null);
      pictureLength = pictures.heldLength();
      pictures.finish(demuxer.lengthsAreOfDecoding() ? lastPacketLength * videoDecoder.tick() : 0);
      pictureLength = Math.max(pictureLength, pictures.heldLength());
    }
    if (sound != null) {
      decodeSound(null);
      sound.finish();
    }
    checkComplete(pictureLength);
  }

  private void decodePictures(AVPacket next) {
    videoDecoder.send(next);
    while (videoDecoder.receive(frame)) {
      options.limits().checkPicture(path, frame.width(), frame.height());
      double length =
          frame.duration() > 0
              ? frame.duration() * videoDecoder.tick()
              : 1 / info().video().orElseThrow().framesPerSecond();
      double time = time(frame, videoDecoder);
      time = Double.isNaN(time) ? pictures.end() : time;
      checkTime(time);
      pictures.add(frame, time, length);
      av_frame_unref(frame);
    }
  }

  private void decodeSound(AVPacket next) {
    audioDecoder.send(next);
    while (audioDecoder.receive(frame)) {
      double time = time(frame, audioDecoder);
      checkTime(time);
      sound.add(frame, time);
      av_frame_unref(frame);
    }
  }

  private double time(AVFrame decoded, StreamDecoder decoder) {
    long stamp = decoded.best_effort_timestamp();
    return stamp == Ffmpeg.NO_TIME ? Double.NaN : stamp * decoder.tick() - origin;
  }

  /** Headers may promise less than what comes. */
  private void checkTime(double time) {
    double wanted = options.seconds().orElse(Double.POSITIVE_INFINITY);
    if (time < wanted) {
      options.limits().checkSeconds(path, time);
    }
  }

  /**
   * Compares what was decoded with what the header promises.
   *
   * @param pictureLength how long the last picture stands in seconds, at most
   */
  private void checkComplete(double pictureLength) {
    double wanted = options.seconds().orElse(Double.POSITIVE_INFINITY);
    double end = 0;
    boolean all = demuxer.onlyChosenTracks();
    if (pictures != null) {
      end = pictures.end();
      double promised = demuxer.promisedEnd(demuxer.video()) - origin;
      checkReached(Math.min(promised, wanted), end, 0.6 * pictureLength);
    }
    if (sound != null) {
      end = Math.max(end, sound.end());
      // Less than one block of AAC at 48 kHz, so that a missing one is noticed.
      double promised = demuxer.promisedEnd(demuxer.audio()) - origin;
      checkReached(Math.min(promised, wanted), sound.end(), 0.02);
    }
    all &= pictures != null || info().video().isEmpty();
    all &= sound != null || info().audio().isEmpty();
    if (all) {
      double slack = Math.max(0.25, 2 * pictureLength);
      checkReached(Math.min(info().seconds() - options.startSeconds(), wanted), end, slack);
    }
  }

  private void checkReached(double promised, double end, double slack) {
    if (end < promised - slack) {
      throw KinetoneException.user(
          "%s is cut off or damaged: its header promises %.3f s, only %.3f s can be decoded; copy"
              + " it again",
          path, promised, Math.max(0, end));
    }
  }

  @Override
  public void close() {
    if (pictures != null) {
      pictures.close();
    }
    if (sound != null) {
      sound.close();
    }
    if (videoDecoder != null) {
      videoDecoder.close();
    }
    if (audioDecoder != null) {
      audioDecoder.close();
    }
    if (demuxer != null) {
      demuxer.close();
    }
    av_frame_free(frame);
    av_packet_free(packet);
  }
}
