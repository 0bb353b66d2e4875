package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.media.Limits;
import kinetone.media.MediaProbe;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed while it works: what it accepted is made, once, whole. */
class KillTest {
  /** How often; {@code -Dkinetone.kills=20} for an ordeal. */
  private static final int KILLS = Integer.getInteger("kinetone.kills", 1);

  private static final int JOBS_EACH = 3;

  private final HttpClient client = HttpClient.newHttpClient();
  private String address;

  private Victim start(Path folder) throws IOException {
    Victim server = new Victim(ServerForKilling.class, folder.toString());
    address = server.word();
    assertThat(address).startsWith("http://");
    return server;
  }

  private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return Json.tree("answer", answer.body());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  @Test
  void what_was_accepted_before_the_server_was_killed_is_made(@TempDir Path folder)
      throws IOException, InterruptedException {
    TinyModel.write(folder.resolve(TinyServer.MODEL));
    SplittableRandom random = new SplittableRandom(7);
    List<String> accepted = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      Victim server = start(folder);
      for (int i = 0; i < JOBS_EACH; i++) {
        String body = "{\"seed\": " + accepted.size() + ", \"num_inference_steps\": 200}";
        JsonNode job =
            ask(
                to("/v1/videos")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
        accepted.add(job.path("id").asText());
      }
      Thread.sleep(random.nextInt(1500));
      assertThat(server.kill()).as("processes that outlive the server").isZero();
    }
    try (Victim server = start(folder)) {
      Set<String> media = new HashSet<>();
      for (String id : accepted) {
        ObjectNode job = finished(id);
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
        HttpResponse<byte[]> content =
            client.send(
                to("/v1/videos/" + id + "/content").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        media.add(content.headers().firstValue("ETag").orElseThrow());
      }
      // Every seed gives another clip, and each is there once.
      assertThat(media).hasSize(accepted.size());
      try (Stream<Path> files = Files.walk(folder.resolve("data/media"))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          assertThat(MediaProbe.probe(file, Limits.defaults()).seconds()).isPositive();
        }
      }
      try (Stream<Path> left = Files.list(folder.resolve("data/temporary"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  private ObjectNode finished(String id) throws IOException, InterruptedException {
    while (true) {
      JsonNode job = ask(to("/v1/videos/" + id));
      if (!List.of("queued", "in_progress").contains(job.path("status").asText())) {
        return (ObjectNode) job;
      }
      Thread.sleep(50);
    }
  }
}
