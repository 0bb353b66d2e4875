package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.common.KinetoneException;
import kinetone.server.key.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in. */
class DoorsTest {
  @Test
  void beyond_this_machine_a_key_is_needed_and_jobs_are_their_owners_alone(@TempDir Path folder)
      throws IOException {
    assertThatThrownBy(() -> new TinyServer(folder, c -> c.host("0.0.0.0").workers(0)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("a key is needed");
    ApiKeys keys = new ApiKeys(folder.resolve("data"));
    String ann = "Bearer " + keys.add("ann", 2, 100);
    String bob = "Bearer " + keys.add("bob", 2, 5);
    assertThat(Files.readString(folder.resolve("data/keys.json")))
        .doesNotContain(ann.substring(7), bob.substring(7));
    try (TinyServer server = new TinyServer(folder, c -> c.host("0.0.0.0").workers(0))) {
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
      assertThat(server.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(server.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(error(server.get("/v1/models", "Authorization", ann + "x")))
          .startsWith("401 a key");
      String id = json(server.post("/v1/videos", "{}", "Authorization", ann)).path("id").asText();
      assertThat(server.get("/v1/videos/" + id, "Authorization", ann).statusCode()).isEqualTo(200);
      assertThat(server.get("/v1/videos/" + id, "Authorization", bob).statusCode()).isEqualTo(404);
      server.post("/v1/videos", "{}", "Authorization", ann);
      assertThat(server.post("/v1/videos", "{}", "Authorization", ann).statusCode()).isEqualTo(429);
      HttpResponse<byte[]> last = null;
      for (int i = 0; i < 6; i++) {
        last = server.get("/v1/models", "Authorization", bob);
      }
      assertThat(last.statusCode()).isEqualTo(429);
      assertThat(last.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void pages_of_other_places_may_not_use_it(@TempDir Path folder) throws IOException {
    try (TinyServer server = new TinyServer(folder, c -> c.workers(0))) {
      HttpResponse<byte[]> page = server.get("/");
      assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(page.headers().firstValue("Server")).isEmpty();
      assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(error(server.post("/v1/videos", "{}", "Origin", "https://example.org")))
          .startsWith("403 pages of other places");
      assertThat(server.post("/v1/videos", "{}", "Origin", server.server.address()).statusCode())
          .isEqualTo(200);
      assertThat(
              raw(
                  server,
                  "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void what_is_no_http_or_too_much_is_answered_and_forgotten(@TempDir Path folder)
      throws IOException {
    try (TinyServer server = new TinyServer(folder, c -> c.workers(0))) {
      String long1 = "x".repeat(3 << 20);
      assertThat(server.post("/v1/videos", "{\"prompt\": \"" + long1 + "\"}").statusCode())
          .isEqualTo(413);
      assertThat(raw(server, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
      assertThat(
              raw(
                  server,
                  "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(100_000) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431");
      // A client that goes away in the middle of its request.
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket
            .getOutputStream()
            .write(
                String.join(
                        "\r\n",
                        "POST /v1/videos HTTP/1.1",
                        "Host: localhost",
                        "Content-Length: 100000",
                        "Content-Type: multipart/form-data; boundary=b",
                        "",
                        "--b",
                        "")
                    .getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
      assertThat(json(server.get("/v1/videos")).path("data")).isEmpty();
    }
  }

  private static String raw(TinyServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.US_ASCII);
    }
  }
}
