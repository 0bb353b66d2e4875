package kinetone.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.ClipChunk;
import kinetone.media.ClipFormat;
import kinetone.media.ClipStream;
import kinetone.media.Limits;
import kinetone.media.Video;

/**
 * The pictures of a video, window by window, read from front to back once. Never more than one
 * window with its context is held, or one picture where there is none; a last window that is not
 * full is held on its last picture.
 */
final class PictureWindows implements AutoCloseable {
  /** Pictures in a model's format, one after the other. */
  interface Frames extends AutoCloseable {
    /** The next picture, or empty at the end. */
    Optional<byte[]> next();

    /** Pictures to be read beyond a window, to know whether it is the last. */
    default int ahead() {
      return 1;
    }

    /** How long the pictures last, in seconds; asked after the end. */
    double seconds();

    /** The same before, as far as headers are right. */
    double expectedSeconds();

    @Override
    void close();
  }

  private final WindowGrid grid;
  private final int context;
  private final Frames source;
  private final Deque<byte[]> held = new ArrayDeque<>();
  private boolean ended;
  private long index = -1;

  /**
   * Windows of pictures.
   *
   * @param context most pictures after a window that are handed out with it
   */
  PictureWindows(WindowGrid grid, int context, Frames source) {
    this.grid = grid;
    this.context = context;
    this.source = source;
  }

  /** The windows of a given picture of any length. */
  static PictureWindows of(MediaInput input, WindowGrid grid, PictureInput pictures) {
    if (input instanceof MediaInput.File file) {
      return new PictureWindows(
          grid, pictures.context(), new FileFrames(file, grid.format(), pictures));
    } else if (input instanceof MediaInput.Decoded decoded) {
      return new PictureWindows(
          grid, pictures.context(), new DecodedFrames(decoded, grid.format()));
    }
    // Every further picture would be waited for.
    return new PictureWindows(grid, 0, new LiveFrames((MediaInput.Live) input, grid.format()));
  }

  /** Goes to the next window; false when there is none. */
  boolean advance() {
    if (index >= 0) {
      if (last()) {
        return false;
      }
      for (int i = 0; i < grid.hopFrames(); i++) {
        held.remove();
      }
    }
    index++;
    int most = grid.format().frames() + Math.max(source.ahead(), context);
    while (!ended && held.size() < most) {
      source.next().ifPresentOrElse(held::add, () -> ended = true);
    }
    return !held.isEmpty();
  }

  /** The number of this window. */
  long index() {
    return index;
  }

  /** Whether no window follows. */
  boolean last() {
    if (!ended) {
      return false;
    }
    double left = source.seconds() - index * grid.hopSeconds();
    return held.size() <= grid.format().frames() || left <= grid.longest();
  }

  /** How many windows there will be, as far as headers are right. */
  long expected() {
    return Math.max(index + (last() ? 1 : 2), grid.count(source.expectedSeconds()));
  }

  /** How long the pictures last, in seconds; asked in the last window. */
  double seconds() {
    return source.seconds();
  }

  /** The pictures of this window, and those after it. */
  Given given() {
    List<byte[]> pictures = new ArrayList<>(held);
    int frames = grid.format().frames();
    int following = Math.max(0, Math.min(context, pictures.size() - frames));
    Optional<Video> after =
        following == 0
            ? Optional.empty()
            : Optional.of(video(pictures.subList(frames, frames + following)));
    while (pictures.size() < frames) {
      pictures.add(pictures.get(pictures.size() - 1));
    }
    return new Given(Optional.of(video(pictures.subList(0, frames))), after, Optional.empty());
  }

  private Video video(List<byte[]> pictures) {
    ClipFormat format = grid.format();
    int size = format.width() * format.height() * 3;
    byte[] rgb = new byte[size * pictures.size()];
    for (int i = 0; i < pictures.size(); i++) {
      System.arraycopy(pictures.get(i), 0, rgb, size * i, size);
    }
    return new Video(
        rgb, pictures.size(), format.width(), format.height(), format.framesPerSecond());
  }

  @Override
  public void close() {
    source.close();
  }

  /** From a file, at the model's rate and size. */
  private static final class FileFrames implements Frames {
    private final ClipStream stream;
    private final MediaInput.File file;

    FileFrames(MediaInput.File file, ClipFormat format, PictureInput pictures) {
      this.file = file;
      stream =
          ClipStream.open(
              file.path(), ModelInput.longVideo(format, pictures, file, Limits.streaming()));
    }

    @Override
    public Optional<byte[]> next() {
      return stream.next().map(chunk -> ((ClipChunk.Frame) chunk).rgb());
    }

    @Override
    public double seconds() {
      return stream.videoSeconds();
    }

    @Override
    public double expectedSeconds() {
      double left = stream.info().video().orElseThrow().seconds() - file.start();
      return Math.max(0, Math.min(left, file.seconds().orElse(left)));
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  /** As they come. */
  private static final class LiveFrames implements Frames {
    private final LivePictures pictures;
    private final ClipFormat format;
    private long frames;

    LiveFrames(MediaInput.Live input, ClipFormat format) {
      this.pictures = input.pictures();
      this.format = format;
    }

    @Override
    public Optional<byte[]> next() {
      Optional<byte[]> next = pictures.next();
      next.ifPresent(
          rgb -> {
            Check.that(
                rgb.length == 3 * format.width() * format.height(),
                "a picture has %d bytes; this model needs RGB of %dx%d",
                rgb.length,
                format.width(),
                format.height());
            frames++;
          });
      return next;
    }

    /** Whoever waits for a picture waits with the sound. */
    @Override
    public int ahead() {
      return 0;
    }

    @Override
    public double seconds() {
      return frames / format.framesPerSecond();
    }

    @Override
    public double expectedSeconds() {
      return seconds();
    }

    @Override
    public void close() {}
  }

  /** From a clip in memory. */
  private static final class DecodedFrames implements Frames {
    private final Video video;
    private final double seconds;
    private int next;

    DecodedFrames(MediaInput.Decoded input, ClipFormat format) {
      video =
          input
              .clip()
              .video()
              .orElseThrow(() -> KinetoneException.user("the given clip has no picture"));
      new InputReader(format, PictureInput.DEFAULT).requireFormat(video);
      seconds = input.seconds().orElse(video.seconds());
    }

    @Override
    public Optional<byte[]> next() {
      if (next == video.frames()) {
        return Optional.empty();
      }
      int size = video.width() * video.height() * 3;
      return Optional.of(Arrays.copyOfRange(video.rgb(), next * size, ++next * size));
    }

    @Override
    public double seconds() {
      return seconds;
    }

    @Override
    public double expectedSeconds() {
      return seconds;
    }

    @Override
    public void close() {}
  }
}
