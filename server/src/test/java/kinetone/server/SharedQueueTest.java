package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import kinetone.server.log.EventLog;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers and workers that share one PostgreSQL. */
class SharedQueueTest {
  /** How often; {@code -Dkinetone.kills=20} for an ordeal. */
  private static final int KILLS = Integer.getInteger("kinetone.kills", 1);

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() {
    try {
      postgres = EmbeddedPostgres.builder().start();
    } catch (IOException | RuntimeException e) {
      assumeTrue(false, "PostgreSQL cannot run here: " + e);
    }
  }

  @AfterAll
  static void end() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/"
        + database
        + "?user=postgres&socketTimeout=5";
  }

  private static String fresh(String database) throws java.sql.SQLException {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    return url(postgres.getPort(), database);
  }

  private static String asked(TinyServer server, int seed) {
    String body = "{\"seed\": " + seed + ", \"n\": 2, \"num_inference_steps\": 300}";
    return json(server.post("/v1/videos", body)).path("id").asText();
  }

  @Test
  void what_a_killed_worker_had_is_made_by_another(@TempDir Path folder)
      throws IOException, InterruptedException, java.sql.SQLException {
    TinyModel.write(folder.resolve(TinyServer.MODEL));
    String database = fresh("kills");
    SplittableRandom random = new SplittableRandom(11);
    Deque<Victim> workers = new ArrayDeque<>();
    try (TinyServer server = new TinyServer(folder, c -> TinyServer.shared(c, database, 0))) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        workers.add(new Victim(WorkerForKilling.class, folder.toString(), database));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        for (int i = 0; i < 4; i++) {
          ids.add(asked(server, 2 * ids.size()));
        }
        String last = ids.get(ids.size() - 4);
        while (json(server.get("/v1/videos/" + last)).path("status").asText().equals("queued")) {
          Thread.sleep(10);
        }
        Thread.sleep(random.nextInt(600));
        assertThat(workers.remove().kill()).as("processes that outlive the worker").isZero();
        workers.add(new Victim(WorkerForKilling.class, folder.toString(), database));
      }
      Set<String> media = new HashSet<>();
      for (String id : ids) {
        ObjectNode job = server.finished(id);
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
        media.add(
            server
                .get("/v1/videos/" + id + "/content?index=1")
                .headers()
                .firstValue("ETag")
                .orElseThrow());
      }
      assertThat(media).hasSize(ids.size());
      for (Victim worker : workers) {
        worker.close();
      }
    } finally {
      for (Victim worker : workers) {
        worker.kill();
      }
    }
  }

  @Test
  void with_one_bucket_servers_and_workers_need_no_common_folder(@TempDir Path folder)
      throws IOException, java.sql.SQLException {
    String database = fresh("bucket");
    Path elsewhere = folder.resolve("elsewhere");
    try (LittleBucket media = new LittleBucket();
        TinyServer server =
            new TinyServer(
                folder,
                c -> TinyServer.shared(c, database, 0).bucket(Optional.of(media.bucket("media"))));
        WorkerProcess worker =
            new WorkerProcess(
                TinyServer.shared(
                        TinyServer.config(folder.resolve(TinyServer.MODEL), elsewhere), database, 1)
                    .bucket(Optional.of(media.bucket("media")))
                    .build(),
                new EventLog(new PrintStream(OutputStream.nullOutputStream())))) {
      assertThat(worker).isNotNull();
      byte[] clip = server.content(server.finished(asked(server, 1)), "");
      Path upload = Files.write(folder.resolve("clip.mp4"), clip);
      ObjectNode sound =
          server.made(
              server.form(
                  "/v1/videos",
                  TinyServer.fields("task", "v2a", "input_video", upload, "seed", 4)));
      assertThat(sound.path("status").asText()).as(sound.toString()).isEqualTo("completed");
      assertThat(server.content(sound, "?variant=wav")).isNotEmpty();
    }
  }

  @Test
  void jobs_outlive_a_database_that_goes_away_and_comes_back(@TempDir Path folder)
      throws IOException, java.sql.SQLException {
    fresh("away");
    try (Cable cable = new Cable(postgres.getPort());
        TinyServer server =
            new TinyServer(folder, c -> TinyServer.shared(c, url(cable.port(), "away"), 1))) {
      String id = asked(server, 1);
      String next = asked(server, 3);
      while (json(server.get("/v1/videos/" + id)).path("status").asText().equals("queued")) {
        Thread.onSpinWait();
      }
      cable.cut();
      assertThat(server.get("/ready").statusCode()).isEqualTo(503);
      assertThat(error(server.post("/v1/videos", "{}"))).startsWith("503 the database does not");
      cable.mend();
      for (String job : List.of(id, next)) {
        assertThat(server.finished(job).path("status").asText()).isEqualTo("completed");
      }
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    }
  }
}
