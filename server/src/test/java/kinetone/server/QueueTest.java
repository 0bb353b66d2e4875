package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.server.job.Database;
import kinetone.server.job.JobStatus;
import kinetone.server.job.JobStore;
import kinetone.server.job.NewJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that wait. */
class QueueTest {
  @Test
  void jobs_wait_in_order_up_to_a_bound_and_outlive_the_server(@TempDir Path folder) {
    List<String> ids = new ArrayList<>();
    // Nobody works here, so that all wait.
    try (TinyServer server = new TinyServer(folder, c -> c.queue(3).workers(0))) {
      for (int i = 0; i < 3; i++) {
        ObjectNode job = json(server.post("/v1/videos", "{\"seed\": " + i + "}"));
        assertThat(job.path("status").asText()).isEqualTo("queued");
        assertThat(job.path("queue_position").asInt()).isEqualTo(i);
        ids.add(job.path("id").asText());
      }
      HttpResponse<byte[]> refused = server.post("/v1/videos", "{}");
      assertThat(error(refused)).startsWith("429 the queue is full: 3 jobs wait");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      ObjectNode cancelled = json(server.post("/v1/videos/" + ids.get(1) + "/cancel", ""));
      assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
      assertThat(json(server.get("/v1/videos/" + ids.get(2))).path("queue_position").asInt())
          .isEqualTo(1);
      assertThat(server.get("/v1/videos/" + ids.get(2) + "/content").statusCode()).isEqualTo(409);
    }
    try (TinyServer server = new TinyServer(folder)) {
      assertThat(server.finished(ids.get(0)).path("status").asText()).isEqualTo("completed");
      assertThat(server.finished(ids.get(1)).path("status").asText()).isEqualTo("cancelled");
      assertThat(server.finished(ids.get(2)).path("status").asText()).isEqualTo("completed");
    }
  }

  @Test
  void a_job_in_work_ends_within_a_step_when_it_is_cancelled_and_goes_back_when_the_server_ends(
      @TempDir Path folder) {
    String id;
    try (TinyServer server = new TinyServer(folder, c -> c.drain(Duration.ZERO))) {
      id =
          json(server.post("/v1/videos", "{\"num_inference_steps\": 1000, \"n\": 8}"))
              .path("id")
              .asText();
      awaitWork(server, id);
      String other =
          json(server.post("/v1/videos", "{\"num_inference_steps\": 1000, \"n\": 8, \"seed\": 9}"))
              .path("id")
              .asText();
      server.post("/v1/videos/" + id + "/cancel", "");
      assertThat(server.finished(id).path("status").asText()).isEqualTo("cancelled");
      id = other;
      awaitWork(server, id);
    }
    try (TinyServer server = new TinyServer(folder, c -> c.queue(3).workers(0))) {
      assertThat(json(server.get("/v1/videos/" + id)).path("status").asText()).isEqualTo("queued");
    }
  }

  @Test
  void a_job_that_process_after_process_ended_with_keeps_no_other_from_being_made(
      @TempDir Path folder) {
    try (Database database = Database.open(folder, Optional.empty(), Optional.empty())) {
      JobStore jobs = new JobStore(database, Clock.systemUTC(), 10, Duration.ofHours(1));
      String suspect = jobs.submit(asked(1), 10).job().id();
      for (int i = 0; i < 5; i++) {
        assertThat(taken(jobs)).isEqualTo(suspect);
        jobs.recover(true);
      }
      String other = jobs.submit(asked(2), 10).job().id();
      assertThat(taken(jobs)).isEqualTo(other);
      assertThat(taken(jobs)).isEqualTo(suspect);
      for (int i = 6; i < JobStore.MOST_ATTEMPTS; i++) {
        jobs.recover(true);
        String id;
        do {
          // The other one is tried too.
          id = taken(jobs);
        } while (!id.equals(suspect));
      }
      jobs.recover(true);
      assertThat(jobs.find(suspect, "ann").orElseThrow().status()).isEqualTo(JobStatus.FAILED);
    }
  }

  private static String taken(JobStore jobs) {
    return jobs.claim("w", List.of("m"), Duration.ofMinutes(1)).orElseThrow().job().id();
  }

  private static NewJob asked(int seed) {
    return new NewJob(
        "ann",
        "m",
        "joint",
        "{\"seed\": " + seed + "}",
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "0".repeat(64));
  }

  private static void awaitWork(TinyServer server, String id) {
    while (!json(server.get("/v1/videos/" + id)).path("status").asText().equals("in_progress")) {
      Thread.onSpinWait();
    }
  }
}
