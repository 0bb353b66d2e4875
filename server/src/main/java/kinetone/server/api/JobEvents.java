package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kinetone.server.job.Job;
import kinetone.server.job.JobStatus;
import kinetone.server.job.JobStore;
import kinetone.server.time.Ticker;

/**
 * Server-sent events of jobs: {@code progress} with the job as it is whenever something changed,
 * its place in the queue too, then {@code done}. One thread looks for all who listen.
 */
final class JobEvents {
  private static final Duration LOOK = Duration.ofMillis(150);
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final JobStore jobs;
  private final VideoAnswer answers;
  private final int most;
  private final Map<Long, Listener> listeners = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Ticker looker;

  JobEvents(JobStore jobs, VideoAnswer answers, int most) {
    this.jobs = jobs;
    this.answers = answers;
    this.most = most;
    looker = new Ticker("events", LOOK, () -> listeners.forEach(this::look));
  }

  /** One who listens, and what was said last. */
  private static final class Listener {
    private final EventStream stream;
    private final String id;
    private final String owner;
    private String last = "";
    private long saidAt = System.nanoTime();

    Listener(EventStream stream, String id, String owner) {
      this.stream = stream;
      this.id = id;
      this.owner = owner;
    }
  }

  void follow(Context context, Job job) {
    if (listeners.size() >= most) {
      throw ApiException.tooMany("too_many_streams", 5, "too many listen to events; ask again");
    }
    Listener listener = new Listener(EventStream.open(context), job.id(), job.asked().owner());
    listeners.put(numbers.incrementAndGet(), listener);
  }

  private void look(long number, Listener listener) {
    try {
      if (listener.stream.ended()) {
        listeners.remove(number);
        return;
      }
      Optional<Job> found = jobs.find(listener.id, listener.owner);
      if (found.isEmpty()) {
        listener.stream.event("deleted", "{\"id\":\"" + listener.id + "\"}");
        end(number, listener);
        return;
      }
      Job job = found.get();
      OptionalInt before =
          job.status() == JobStatus.QUEUED ? OptionalInt.of(jobs.before(job)) : OptionalInt.empty();
      ObjectNode answer = answers.of(job, before);
      String now = answer.toString();
      if (!now.equals(listener.last)) {
        listener.stream.event(job.status().isFinal() ? "done" : "progress", now);
        listener.last = now;
        listener.saidAt = System.nanoTime();
      } else if (System.nanoTime() - listener.saidAt > QUIET_NANOS) {
        listener.stream.comment("still there");
        listener.saidAt = System.nanoTime();
      }
      if (job.status().isFinal()) {
        end(number, listener);
      }
    } catch (RuntimeException e) {
      end(number, listener);
    }
  }

  private void end(long number, Listener listener) {
    listeners.remove(number);
    listener.stream.close();
  }

  void close() {
    looker.close();
    listeners.forEach(this::end);
  }
}
