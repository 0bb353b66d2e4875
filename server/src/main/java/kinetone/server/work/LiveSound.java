package kinetone.server.work;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kinetone.common.KinetoneException;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.LivePictures;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SoundtrackListener;

/**
 * Sound for pictures while they come. One model is reserved for whoever sends them, until they end;
 * jobs for that model wait as long.
 */
public final class LiveSound implements LivePictures, AutoCloseable {
  /** Pictures that wait at most: a machine that is slower than they come would never catch up. */
  private static final double WAITING_SECONDS = 5;

  private static final long QUIET_SECONDS = 10;

  /** Hears what comes of the pictures; called on the model's thread. */
  public interface Listener {
    /**
     * The model is loaded; pictures of this size and rate are waited for.
     *
     * @param steps of denoising that each window gets
     */
    void ready(ClipFormat format, int steps);

    /**
     * The next sound, which follows on the one before without a gap.
     *
     * @param samples one channel at the model's rate, in [−1, 1]
     * @param delay how late it is
     */
    void sound(float[] samples, Delay delay);

    /**
     * There will be no more.
     *
     * @param failure one line, where it is not because the pictures ended
     */
    void ended(Optional<String> failure);
  }

  /**
   * How late a piece of sound is.
   *
   * @param window its number
   * @param start where it begins, in seconds from the first picture
   * @param behind seconds from the arrival of the picture at {@code start}
   * @param computed seconds from the arrival of the last picture that it needed
   * @param waiting pictures that have come since
   */
  public record Delay(long window, double start, double behind, double computed, int waiting) {}

  private final ModelPool.Lease lease;
  private final ClipFormat format;
  private final int most;
  private final GenerateRequest request;
  private final Listener listener;
  private final Cancellation cancellation = new Cancellation();
  private final BlockingQueue<Optional<byte[]>> waiting = new LinkedBlockingQueue<>();
  private final long[] arrivals;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();
  private volatile String failure;
  private volatile boolean ended;
  private long window = -1;
  private long samples;

  private LiveSound(
      ModelPool.Lease lease,
      ModelCatalog.Entry entry,
      AskedRequest asked,
      double seconds,
      Listener listener) {
    this.lease = lease;
    this.listener = listener;
    format = entry.index().format();
    most = (int) Math.ceil(seconds * format.framesPerSecond());
    arrivals = new long[most];
    request = asked.request(0, Optional.of(new MediaInput.Live(this)), Optional.empty());
    entry.system().requireKnown(request);
  }

  /**
   * Starts; pictures may be sent at once.
   *
   * @param seconds of pictures that are taken at most
   * @return empty where the model is in use
   * @throws KinetoneException for a request that does not fit the model
   */
  public static Optional<LiveSound> start(
      ModelPool pool,
      ModelCatalog.Entry entry,
      AskedRequest asked,
      double seconds,
      Listener listener) {
    Optional<ModelPool.Lease> lease = pool.reserve(entry.name());
    if (lease.isEmpty()) {
      return Optional.empty();
    }
    try {
      LiveSound sound = new LiveSound(lease.get(), entry, asked, seconds, listener);
      Thread thread = new Thread(sound::run, "live");
      thread.setDaemon(true);
      thread.start();
      return Optional.of(sound);
    } catch (RuntimeException e) {
      lease.get().close();
      throw e;
    }
  }

  private void run() {
    Optional<String> why = Optional.empty();
    try (ModelPool.Lease held = lease) {
      held.model()
          .use(
              pipeline -> {
                pipeline.check(request);
                GenerateRequest paced = LivePace.fitted(request, asked -> window(pipeline, asked));
                listener.ready(format, paced.options().get(CommonOptions.NUM_INFERENCE_STEPS));
                return pipeline.soundtrack(
                    paced, this::hand, SoundtrackListener.NONE, cancellation);
              });
    } catch (CancellationException e) {
      why = Optional.ofNullable(failure);
    } catch (KinetoneException e) {
      why =
          e.kind() == KinetoneException.Kind.USER
              ? Optional.of(e.getMessage())
              : Optional.of("a fault of the server; its log says more");
    } catch (RuntimeException | Error e) {
      why = Optional.of("a fault of the server; its log says more");
    }
    listener.ended(why.or(() -> Optional.ofNullable(failure)));
  }

  /** One window of black pictures; the seconds between windows. */
  private double window(Pipeline pipeline, GenerateRequest asked) {
    byte[] black = new byte[3 * format.width() * format.height() * format.frames()];
    Video pictures =
        new Video(
            black, format.frames(), format.width(), format.height(), format.framesPerSecond());
    return pipeline
        .soundtrack(
            asked.withVideo(new MediaInput.Decoded(Clip.of(pictures))),
            sound -> {},
            SoundtrackListener.NONE,
            cancellation)
        .joinSpacing();
  }

  private void hand(float[][] sound) {
    long now = System.nanoTime();
    window++;
    double start = (double) samples / format.sampleRate();
    samples += sound[0].length;
    int last = taken.get() - 1;
    if (sound[0].length == 0 || last < 0) {
      return;
    }
    int first = Math.min(last, (int) (start * format.framesPerSecond()));
    listener.sound(
        sound[0],
        new Delay(
            window,
            start,
            (now - arrivals[first]) / 1e9,
            (now - arrivals[last]) / 1e9,
            arrived.get() - 1 - last));
  }

  /**
   * The next picture; called by one thread.
   *
   * @param rgb rows from top to bottom, in the model's size
   */
  public void picture(byte[] rgb) {
    if (ended) {
      return;
    }
    if (rgb.length != 3 * format.width() * format.height()) {
      fail(
          "a picture has %d bytes; this model needs RGB of %dx%d"
              .formatted(rgb.length, format.width(), format.height()));
    } else if (arrived.get() - taken.get() > WAITING_SECONDS * format.framesPerSecond()) {
      fail(
          "this machine makes sound slower than the pictures come; ask for fewer"
              + " num_inference_steps");
    } else {
      arrivals[arrived.get()] = System.nanoTime();
      waiting.add(Optional.of(rgb));
      if (arrived.incrementAndGet() == most) {
        end();
      }
    }
  }

  private void fail(String reason) {
    failure = reason;
    close();
  }

  /** There are no more pictures; the sound of those that came is still made. */
  public void end() {
    ended = true;
    waiting.add(Optional.empty());
  }

  @Override
  public Optional<byte[]> next() {
    try {
      Optional<byte[]> next = waiting.poll(QUIET_SECONDS, TimeUnit.SECONDS);
      if (cancellation.isCancelled()) {
        throw new CancellationException("live sound was ended");
      }
      if (next == null || next.isEmpty()) {
        return Optional.empty();
      }
      taken.incrementAndGet();
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("live sound was ended");
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    cancellation.cancel();
    end();
  }
}
