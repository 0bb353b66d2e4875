package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kinetone.checkpoint.Json;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SoundtrackListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures go over a WebSocket, their sound comes back. */
class LiveTest {
  private static final int PICTURE = 16 * 16 * 3;

  @TempDir private static Path folder;
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = new TinyServer(folder);
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /** A client that keeps what it hears. */
  private static final class Client implements WebSocket.Listener {
    private final List<ObjectNode> told = new ArrayList<>();
    private final List<float[]> heard = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private WebSocket socket;

    static Client open(String... headers) {
      Client client = new Client();
      WebSocket.Builder builder =
          HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(20));
      for (int i = 0; i < headers.length; i += 2) {
        builder.header(headers[i], headers[i + 1]);
      }
      client.socket =
          builder
              .buildAsync(
                  URI.create(server.server.address().replace("http", "ws") + "/v1/live"), client)
              .join();
      return client;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        ObjectNode node = Json.tree("message", text.toString());
        text.setLength(0);
        told.add(node);
        if (node.path("type").asText().equals("ready")) {
          ready.complete(null);
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
      if (last) {
        float[] samples = new float[bytes.size() / Float.BYTES];
        ByteBuffer.wrap(bytes.toByteArray())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(samples);
        bytes.reset();
        heard.add(samples);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.completeExceptionally(error);
    }

    Client say(String line) {
      socket.sendText(line, true).join();
      return this;
    }

    Client picture(byte[] rgb) {
      socket.sendBinary(ByteBuffer.wrap(rgb), true).join();
      return this;
    }

    int end() {
      return closed.orTimeout(60, TimeUnit.SECONDS).join();
    }

    String error() {
      end();
      return told.get(told.size() - 1).path("message").asText();
    }
  }

  private static byte[] pictures(int count) {
    byte[] rgb = new byte[count * PICTURE];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7 + i / 900);
    }
    return rgb;
  }

  @Test
  void sound_comes_while_pictures_go_and_is_that_of_the_whole_video() {
    int count = 25;
    byte[] rgb = pictures(count);
    Client client =
        Client.open().say("{\"task\": \"v2a\", \"seed\": 3, \"num_inference_steps\": 7}");
    client.ready.orTimeout(60, TimeUnit.SECONDS).join();
    // A window of nine pictures, and not one more, is enough for the first sound.
    send(client, rgb, 0, 9);
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (client.heard.isEmpty() && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(client.heard).hasSize(1);
    send(client, rgb, 9, count);
    client.say("{\"end\": true}");
    assertThat(client.end()).isEqualTo(1000);
    List<float[]> own = new ArrayList<>();
    try (Pipeline model = Kinetone.load(folder.resolve(TinyServer.MODEL), Kinetone.Options.CPU)) {
      model.soundtrack(
          GenerateRequest.of(new Task.VideoToAudio())
              .video(Clip.of(new Video(rgb, count, 16, 16, 8)))
              .seed(3)
              .numInferenceSteps(7)
              .build(),
          samples -> own.add(samples[0]),
          SoundtrackListener.NONE,
          new Cancellation());
    }
    assertThat(joined(client.heard)).isEqualTo(joined(own));
    assertThat(client.told.get(0).path("num_inference_steps").asInt()).isEqualTo(7);
    ObjectNode sound = client.told.get(1);
    assertThat(sound.path("start").asDouble()).isZero();
    assertThat(sound.path("behind").asDouble()).isGreaterThan(sound.path("computed").asDouble());
    // The model is free again.
    assertThat(server.made(server.post("/v1/videos", "{}")).path("status").asText())
        .isEqualTo("completed");
  }

  private static void send(Client client, byte[] rgb, int from, int to) {
    for (int i = from; i < to; i++) {
      client.picture(Arrays.copyOfRange(rgb, i * PICTURE, (i + 1) * PICTURE));
    }
  }

  private static float[] joined(List<float[]> pieces) {
    int length = pieces.stream().mapToInt(p -> p.length).sum();
    float[] all = new float[length];
    int at = 0;
    for (float[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  @Test
  void what_is_wrong_is_told_in_one_line() {
    assertThat(Client.open().say("{\"model\": \"none\"}").error())
        .startsWith("there is no model none; use tiny");
    assertThat(Client.open().say("nonsense").error()).contains("not readable");
    assertThat(Client.open().say("{\"task\": \"joint\"}").error()).contains("task v2a");
    assertThat(Client.open().say("{\"num_inference_steps\": 0}").error())
        .contains("num_inference_steps = 0, must be between");
    assertThat(Client.open().picture(new byte[9]).error()).startsWith("the first message is");
    Client wrong = Client.open().say("{}");
    wrong.ready.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(Client.open().say("{}").error()).startsWith("the model tiny is in use");
    assertThat(wrong.picture(new byte[9]).error())
        .startsWith("a picture has 9 bytes; this model needs RGB of 16x16");
    assertThatThrownBy(() -> Client.open("Origin", "https://example.org"))
        .isInstanceOf(CompletionException.class);
  }

  @Test
  void whoever_names_no_number_of_steps_gets_what_there_is_time_for() {
    Client client = Client.open().say("{}");
    client.ready.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(client.told.get(0).path("num_inference_steps").asInt()).isBetween(4, 25);
    client.say("{\"end\": true}");
    client.end();
  }

  @Test
  void whoever_leaves_leaves_the_model() throws InterruptedException {
    Client client = Client.open().say("{\"num_inference_steps\": 1000}");
    client.ready.orTimeout(60, TimeUnit.SECONDS).join();
    send(client, pictures(12), 0, 12);
    client.socket.abort();
    assertThat(server.made(server.post("/v1/videos", "{}")).path("status").asText())
        .isEqualTo("completed");
  }
}
