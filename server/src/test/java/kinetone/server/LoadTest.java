package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import kinetone.checkpoint.Json;
import kinetone.diffusion.task.Task;
import kinetone.media.ClipWriter;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once. */
class LoadTest {
  /** How many; {@code -Dkinetone.jobs=200} for an ordeal, which prints figures too. */
  private static final int JOBS = Integer.getInteger("kinetone.jobs", 16);

  private static final int CLIENTS = JOBS >= 200 ? 16 : 8;
  private static final int QUEUE = JOBS >= 200 ? 32 : 3;
  private static final int EARLY = JOBS >= 200 ? 20 : 8;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ConcurrentHashMap<Integer, Integer> refusals = new ConcurrentHashMap<>();
  private String address;

  private HttpResponse<String> ask(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  /** Asks until it is accepted; its number. */
  private String accepted(int seed) throws IOException, InterruptedException {
    String body = "{\"seed\": " + seed + ", \"num_inference_steps\": 4}";
    HttpResponse<String> answer;
    while (true) {
      answer =
          ask(
              to("/v1/videos")
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", "load-" + seed)
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      if (answer.statusCode() == 200) {
        return Json.tree("job", answer.body()).path("id").asText();
      }
      refusals.merge(answer.statusCode(), 1, Integer::sum);
      assertThat(answer.headers().firstValue("Retry-After")).as(answer.body()).isPresent();
      Thread.sleep(100);
    }
  }

  /** Waits until it is made; its clip. */
  private String made(String id) throws IOException, InterruptedException {
    JsonNode job = Json.tree("job", ask(to("/v1/videos/" + id)).body());
    while (List.of("queued", "in_progress").contains(job.path("status").asText())) {
      Thread.sleep(5);
      job = Json.tree("job", ask(to("/v1/videos/" + id)).body());
    }
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    return ask(to(job.at("/outputs/0/content").asText()))
        .headers()
        .firstValue("ETag")
        .orElseThrow();
  }

  private List<String> all(ExecutorService clients, int from, int to)
      throws InterruptedException, ExecutionException {
    List<Callable<String>> work = new ArrayList<>();
    IntStream.range(from, to).forEach(seed -> work.add(() -> accepted(seed)));
    List<Callable<String>> wait = new ArrayList<>();
    for (Future<String> id : clients.invokeAll(work)) {
      String accepted = id.get();
      wait.add(() -> made(accepted));
    }
    List<String> clips = new ArrayList<>();
    for (Future<String> clip : clients.invokeAll(wait)) {
      clips.add(clip.get());
    }
    return clips;
  }

  @Test
  void many_clients_get_each_their_own_and_are_told_to_come_again_where_all_are_waiting(
      @TempDir Path folder) throws IOException, InterruptedException, ExecutionException {
    TinyModel.write(folder.resolve(TinyServer.MODEL));
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (Victim server = new Victim(ServerForKilling.class, folder.toString(), "" + QUEUE)) {
      address = server.word();
      List<String> clips = new ArrayList<>(all(clients, 0, EARLY));
      long early = server.residentBytes();
      clips.addAll(all(clients, EARLY, JOBS));
      long late = server.residentBytes();
      assertThat(clips).hasSize(JOBS).doesNotHaveDuplicates();
      assertThat(refusals.keySet()).containsExactly(429);
      JsonNode list = Json.tree("list", ask(to("/v1/videos?limit=1")).body());
      assertThat(list.path("data").get(0).path("status").asText()).isEqualTo("completed");
      String metrics = ask(to("/metrics")).body();
      assertThat(metrics).contains("kinetone_jobs_finished " + (double) JOBS);
      if (JOBS >= 200) {
        System.out.printf(
            Locale.ROOT,
            "%d jobs of %d clients, queue of %d: refused %s; memory after %d jobs %d MiB, at the"
                + " end %d MiB (%+.1f %%)%n",
            JOBS,
            CLIENTS,
            QUEUE,
            refusals,
            EARLY,
            early >> 20,
            late >> 20,
            100.0 * (late - early) / early);
        System.out.printf(Locale.ROOT, "overhead of one job: %s%n", overhead(folder));
      }
    } finally {
      clients.shutdown();
    }
  }

  /** One after the other, over HTTP and in this process, in turns. */
  private String overhead(Path folder) throws IOException, InterruptedException {
    double[] served = new double[40];
    double[] own = new double[served.length];
    try (Pipeline model = Kinetone.load(folder.resolve(TinyServer.MODEL), Kinetone.Options.CPU)) {
      for (int i = 0; i < served.length; i++) {
        long start = System.nanoTime();
        made(accepted(10_000 + i));
        long middle = System.nanoTime();
        Path out = folder.resolve("own.mp4");
        ClipWriter.write(
            out,
            model.generate(GenerateRequest.of(new Task.Joint()).seed(10_000 + i).build()).clip());
        Files.delete(out);
        served[i] = (middle - start) / 1e6;
        own[i] = (System.nanoTime() - middle) / 1e6;
      }
    }
    Arrays.sort(served);
    Arrays.sort(own);
    return String.format(
        Locale.ROOT,
        "p50 %.0f ms (over HTTP with the file %.0f ms, in one process %.0f ms)",
        served[20] - own[20],
        served[20],
        own[20]);
  }
}
