package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.websocket.WsBinaryMessageContext;
import io.javalin.websocket.WsContext;
import io.javalin.websocket.WsMessageContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.media.ClipFormat;
import kinetone.pipeline.TaskKind;
import kinetone.server.log.EventLog;
import kinetone.server.work.LiveSound;
import kinetone.server.work.ModelCatalog;
import kinetone.server.work.ModelPool;

/**
 * {@code /v1/live}: a WebSocket on which pictures come and their sound goes. The client's first
 * message is a request as for {@code /v1/videos}, in JSON, with {@code key} where keys are needed;
 * then every binary message is one picture (RGB, rows from top to bottom, in the size and at the
 * rate that {@code ready} tells), and the text {@code {"end": true}} ends them. The server's {@code
 * sound} messages are each followed by a binary one: samples, 32-bit floats, little-endian.
 */
public final class LiveApi {
  private static final int REFUSED = 1008;
  private static final int COME_AGAIN = 1013;
  private static final int DONE = 1000;
  private static final int LONGEST_REQUEST = 16 << 10;

  private final ModelPool pool;
  private final ModelCatalog catalog;
  private final Doors doors;
  private final Ceilings ceilings;
  private final EventLog log;
  private final BooleanSupplier closing;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  /**
   * The API.
   *
   * @param closing whether nobody may begin any more
   */
  public LiveApi(
      ModelPool pool,
      ModelCatalog catalog,
      Doors doors,
      Ceilings ceilings,
      EventLog log,
      BooleanSupplier closing) {
    this.pool = pool;
    this.catalog = catalog;
    this.doors = doors;
    this.ceilings = ceilings;
    this.log = log;
    this.closing = closing;
  }

  /** One who sends pictures. */
  private final class Session implements LiveSound.Listener {
    private final WsContext context;
    private LiveSound sound;
    private String model = "";
    private double seconds;

    Session(WsContext context) {
      this.context = context;
    }

    @Override
    public void ready(ClipFormat format, int steps) {
      ObjectNode node = Json.MAPPER.createObjectNode();
      node.put("type", "ready");
      node.put("model", model);
      node.put("width", format.width());
      node.put("height", format.height());
      node.put("frames_per_second", format.framesPerSecond());
      node.put("sample_rate", format.sampleRate());
      node.put("window_seconds", format.videoSeconds());
      node.put("num_inference_steps", steps);
      node.put("most_seconds", ceilings.liveSeconds());
      send(context, node);
    }

    @Override
    public void sound(float[] samples, LiveSound.Delay delay) {
      seconds = delay.start();
      ObjectNode node = Json.MAPPER.createObjectNode();
      node.put("type", "sound");
      node.put("window", delay.window());
      node.put("start", delay.start());
      node.put("samples", samples.length);
      node.put("behind", delay.behind());
      node.put("computed", delay.computed());
      node.put("waiting", delay.waiting());
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * samples.length);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(samples);
      send(context, node);
      context.send(bytes);
    }

    @Override
    public void ended(Optional<String> failure) {
      log.event(
          "live",
          Map.of(
              "model",
              model,
              "seconds",
              seconds,
              "outcome",
              failure.isPresent() ? "failed" : "ended"));
      if (failure.isPresent()) {
        refuse(context, REFUSED, failure.get());
      } else {
        context.closeSession(DONE, "");
      }
    }
  }

  /** Adds the address. */
  public void addTo(RoutesConfig routes) {
    routes.wsBeforeUpgrade("/v1/live", doors::requireOwnPage);
    routes.ws(
        "/v1/live",
        ws -> {
          ws.onConnect(this::connected);
          ws.onMessage(this::told);
          ws.onBinaryMessage(this::picture);
          ws.onClose(this::gone);
          ws.onError(this::gone);
        });
  }

  private void connected(WsContext context) {
    if (sessions.size() >= ceilings.streams() || closing.getAsBoolean()) {
      refuse(context, COME_AGAIN, "too many are live; try again later");
      return;
    }
    sessions.put(context.sessionId(), new Session(context));
  }

  private void told(WsMessageContext context) {
    Session session = sessions.get(context.sessionId());
    if (session == null) {
      return;
    }
    try {
      String text = context.message();
      Check.that(
          text.length() <= LONGEST_REQUEST,
          "the request has more than %d characters",
          LONGEST_REQUEST);
      ObjectNode body = Json.tree("the request", text);
      if (session.sound != null) {
        Check.that(body.path("end").asBoolean(), "pictures are binary messages; end: true ends");
        session.sound.end();
      } else {
        start(session, body);
      }
    } catch (ApiException e) {
      refuse(context, e.status() == 429 ? COME_AGAIN : REFUSED, e.getMessage());
    } catch (KinetoneException e) {
      refuse(context, REFUSED, Printable.line(e.getMessage()));
    }
  }

  private void start(Session session, ObjectNode body) {
    doors.admit(body.path("key").asText(""));
    body.remove("key");
    VideoForm form = VideoForm.json(body, ceilings);
    ModelCatalog.Entry model = catalog.named(form.model().orElse(""));
    form.asked().requireRanges();
    Check.that(
        form.asked().kind(true, false) == TaskKind.V2A && form.variants() == 1,
        "live pictures get one sound: task v2a, n 1");
    session.model = model.name();
    session.sound =
        LiveSound.start(pool, model, form.asked(), ceilings.liveSeconds(), session)
            .orElseThrow(
                () ->
                    ApiException.tooMany(
                        "model_in_use",
                        5,
                        "the model " + model.name() + " is in use; try again, or another one"));
  }

  private void picture(WsBinaryMessageContext context) {
    Session session = sessions.get(context.sessionId());
    if (session == null) {
      return;
    }
    if (session.sound == null) {
      refuse(context, REFUSED, "the first message is the request, in JSON");
      return;
    }
    byte[] rgb = new byte[context.data().remaining()];
    context.data().get(rgb);
    session.sound.picture(rgb);
  }

  private void gone(WsContext context) {
    Session session = sessions.remove(context.sessionId());
    if (session != null && session.sound != null) {
      session.sound.close();
    }
  }

  private static void send(WsContext context, ObjectNode node) {
    context.send(node.toString());
  }

  private static void refuse(WsContext context, int status, String line) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("type", "error");
    node.put("message", line);
    send(context, node);
    context.closeSession(status, "");
  }

  /** Ends all. */
  public void close() {
    sessions.values().forEach(session -> gone(session.context));
  }
}
