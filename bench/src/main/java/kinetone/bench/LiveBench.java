package kinetone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;

/**
 * How far the sound of a server is behind pictures that come at their own pace: scenes are sent one
 * picture after the other over its WebSocket, as a camera would, and what comes back is timed here.
 */
public final class LiveBench {
  private static final long PATIENCE_SECONDS = 120;

  /**
   * The figures.
   *
   * @param seconds of pictures that were sent
   * @param soundSeconds that came back
   * @param windows they came in
   * @param numInferenceSteps of each
   * @param behindMedian seconds from the picture at which a piece of sound begins until the piece
   *     is here: the middle of all pieces
   * @param behindP95 19 of 20 pieces are no later
   * @param behindMost of all pieces
   * @param computedMedian seconds from the last picture that a piece needed until it was made
   * @param computedMost of all pieces
   * @param grows how much later the last fifth is than the first, in the mean
   * @param gaps pieces that came too late for a listener who plays as soon as the first is there,
   *     and waits again after each gap
   */
  public record Report(
      double seconds,
      double soundSeconds,
      int windows,
      int numInferenceSteps,
      double behindMedian,
      double behindP95,
      double behindMost,
      double computedMedian,
      double computedMost,
      double grows,
      int gaps) {}

  private LiveBench() {}

  /**
   * Sends pictures.
   *
   * @param server address, {@code http://HOST:PORT}
   * @param request as for {@code /v1/videos}: model, options, key
   * @param seconds of pictures
   * @param world seed of the scenes
   * @param progress hears second by second
   * @throws KinetoneException when nobody answers, or the server refuses
   */
  public static Report run(
      URI server, ObjectNode request, double seconds, long world, ProgressListener progress) {
    Ears ears = new Ears();
    WebSocket socket = connect(server, ears);
    socket.sendText(request.toString(), true).join();
    ObjectNode ready = ears.ready.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    double rate = ready.path("frames_per_second").asDouble();
    ClipFormat format =
        ClipFormat.of(
            ready.path("width").asInt(),
            ready.path("height").asInt(),
            17,
            rate,
            ready.path("sample_rate").asInt());
    SceneGenerator scenes = new SceneGenerator(format, SceneMix.all(), world);
    int pictures = (int) Math.ceil(seconds * rate);
    ears.rate = rate;
    ears.sent = new long[pictures];
    long start = System.nanoTime();
    Video scene = null;
    for (int i = 0; i < pictures && !ears.closed.isDone(); i++) {
      if (i % format.frames() == 0) {
        scene = scenes.scene(i / format.frames()).clip().video().orElseThrow();
      }
      int bytes = 3 * scene.width() * scene.height();
      int at = i % format.frames() * bytes;
      sleepUntil(start + (long) (i / rate * 1e9));
      ears.sent[i] = System.nanoTime();
      socket
          .sendBinary(ByteBuffer.wrap(Arrays.copyOfRange(scene.rgb(), at, at + bytes)), true)
          .join();
      progress.progress("live", (int) (i / rate), (int) Math.ceil(seconds));
    }
    if (!ears.closed.isDone()) {
      socket.sendText("{\"end\": true}", true).join();
    }
    ears.closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    Check.that(ears.failure == null, "%s", ears.failure);
    Check.that(!ears.behind.isEmpty(), "no sound came; send more than %s s", seconds);
    return ears.report(pictures / rate, ready.path("num_inference_steps").asInt());
  }

  private static WebSocket connect(URI server, Ears ears) {
    String address = server.toString().replaceFirst("^http", "ws").replaceFirst("/$", "");
    try {
      return HttpClient.newHttpClient()
          .newWebSocketBuilder()
          .connectTimeout(Duration.ofSeconds(20))
          .buildAsync(URI.create(address + "/v1/live"), ears)
          .join();
    } catch (CompletionException | IllegalArgumentException e) {
      throw KinetoneException.user(
          e,
          "no server can be reached at %s%s; start one with kinetone serve",
          Printable.line(server.toString()),
          e.getCause() instanceof ConnectException ? "" : " (" + Printable.line(cause(e)) + ")");
    }
  }

  private static String cause(RuntimeException e) {
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
  }

  private static void sleepUntil(long instant) {
    try {
      long nanos = instant - System.nanoTime();
      if (nanos > 0) {
        TimeUnit.NANOSECONDS.sleep(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KinetoneException.internal("interrupted");
    }
  }

  /** Hears what comes back. */
  private static final class Ears implements WebSocket.Listener {
    private final CompletableFuture<ObjectNode> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final List<Double> behind = new ArrayList<>();
    private final List<Double> computed = new ArrayList<>();
    private ObjectNode header;
    private double rate;
    private long[] sent;
    private double soundSeconds;
    private double playedUntil;
    private int gaps = -1;
    private volatile String failure;

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        ObjectNode node = Json.tree("the server's message", text.toString());
        text.setLength(0);
        switch (node.path("type").asText()) {
          case "ready" -> ready.complete(node);
          case "error" -> failure = Printable.line(node.path("message").asText());
          default -> header = node;
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      if (last && header != null) {
        heard(System.nanoTime());
      }
      from.request(1);
      return null;
    }

    private void heard(long now) {
      double start = header.path("start").asDouble();
      int picture = Math.min(sent.length - 1, (int) (start * rate));
      behind.add((now - sent[picture]) / 1e9);
      computed.add(header.path("computed").asDouble());
      double lasts = header.path("samples").asInt() / sampleRate();
      soundSeconds += lasts;
      double time = (now - sent[0]) / 1e9;
      if (time > playedUntil) {
        gaps++;
        playedUntil = time;
      }
      playedUntil += lasts;
      header = null;
    }

    private double sampleRate() {
      return ready.join().path("sample_rate").asDouble();
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      end("the server ended the connection before it was ready");
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      failure = "the connection broke: " + Printable.line(error.getMessage());
      end(failure);
    }

    private void end(String reason) {
      if (failure == null && !ready.isDone()) {
        failure = reason;
      }
      if (failure != null) {
        ready.completeExceptionally(KinetoneException.user("%s", failure));
      }
      closed.complete(null);
    }

    Report report(double seconds, int steps) {
      double[] late = behind.stream().mapToDouble(x -> x).toArray();
      double[] sorted = late.clone();
      Arrays.sort(sorted);
      double[] took = computed.stream().mapToDouble(x -> x).toArray();
      int fifth = Math.max(1, late.length / 5);
      double first = Arrays.stream(late, 0, fifth).average().orElseThrow();
      double end = Arrays.stream(late, late.length - fifth, late.length).average().orElseThrow();
      return new Report(
          seconds,
          soundSeconds,
          late.length,
          steps,
          Timing.median(late),
          sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
          sorted[sorted.length - 1],
          Timing.median(took),
          Arrays.stream(took).max().orElseThrow(),
          end - first,
          gaps);
    }
  }
}
