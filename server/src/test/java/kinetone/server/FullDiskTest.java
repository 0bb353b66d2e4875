package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no more, played by the limit that shells put on the size of files. */
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {
  @Test
  void a_file_that_the_disk_does_not_take_is_refused_and_leaves_nothing(@TempDir Path folder)
      throws IOException, InterruptedException {
    TinyModel.write(folder.resolve(TinyServer.MODEL));
    HttpClient client = HttpClient.newHttpClient();
    try (Victim server = Victim.under("ulimit -f 768", ServerForKilling.class, folder + "")) {
      HttpRequest upload =
          HttpRequest.newBuilder(URI.create(server.word() + "/v1/videos"))
              .header("Content-Type", "multipart/form-data; boundary=b")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "--b\r\nContent-Disposition: form-data; name=\"input_video\";"
                          + " filename=\"a.mp4\"\r\n\r\n"
                          + "x".repeat(1 << 20)
                          + "\r\n--b--\r\n",
                      StandardCharsets.US_ASCII))
              .build();
      HttpResponse<String> refused = client.send(upload, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
      assertThat(Json.tree("answer", refused.body()).at("/error/message").asText())
          .contains("disk")
          .doesNotContain(folder.toString());
      HttpRequest good =
          HttpRequest.newBuilder(URI.create(server.word() + "/v1/videos"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      String id =
          Json.tree("job", client.send(good, HttpResponse.BodyHandlers.ofString()).body())
              .path("id")
              .asText();
      String status = "queued";
      while (status.equals("queued") || status.equals("in_progress")) {
        HttpRequest look =
            HttpRequest.newBuilder(URI.create(server.word() + "/v1/videos/" + id)).build();
        status =
            Json.tree("job", client.send(look, HttpResponse.BodyHandlers.ofString()).body())
                .path("status")
                .asText();
        Thread.sleep(20);
      }
      assertThat(status).isEqualTo("completed");
      try (Stream<Path> left = Files.list(folder.resolve("data/temporary"))) {
        assertThat(left).isEmpty();
      }
    }
  }
}
