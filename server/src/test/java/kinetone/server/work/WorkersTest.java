package kinetone.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import kinetone.pipeline.Kinetone;
import kinetone.server.job.Database;
import kinetone.server.job.JobStatus;
import kinetone.server.job.JobStore;
import kinetone.server.job.NewJob;
import kinetone.server.log.EventLog;
import kinetone.server.store.MediaStore;
import kinetone.server.wall.Bounds;
import kinetone.server.wall.MediaWall;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersTest {
  @Test
  void a_job_that_is_being_taken_while_the_workers_end_goes_back_to_the_queue(@TempDir Path folder)
      throws InterruptedException {
    ModelCatalog catalog = new ModelCatalog(List.of(TinyModel.write(folder.resolve("tiny"))));
    Stopping clock = new Stopping();
    Path data = folder.resolve("data");
    try (Database database = Database.open(data, Optional.empty(), Optional.empty());
        MediaStore store = new MediaStore(data, Optional.empty());
        ModelPool pool =
            new ModelPool(catalog, 1 << 30, m -> Kinetone.load(m.folder(), Kinetone.Options.CPU))) {
      JobStore jobs = new JobStore(database, clock, 10, Duration.ofHours(1));
      String id = jobs.submit(asked(), 10).job().id();
      Thread end;
      try (Workers workers =
          new Workers(
              jobs,
              store,
              catalog,
              pool,
              MediaWall.none(),
              Bounds.USUAL,
              new EventLog(
                  new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8)),
              Duration.ofHours(1),
              1)) {
        clock.reached.await();
        end = new Thread(() -> workers.drain(Duration.ZERO));
        end.start();
        // Enough that what is in work was told to end; if it is not, the test sees less.
        Thread.sleep(200);
        clock.goOn.countDown();
        end.join();
      }
      assertThat(jobs.find(id, "ann").orElseThrow().status()).isEqualTo(JobStatus.QUEUED);
    }
  }

  private static NewJob asked() {
    return new NewJob(
        "ann",
        "tiny",
        "joint",
        "{\"num_inference_steps\": 2}",
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "0".repeat(64));
  }

  /** Keeps the thread of a worker that takes a job. */
  private static final class Stopping extends Clock {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public Instant instant() {
      if (Thread.currentThread().getName().startsWith("worker-0")) {
        reached.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
