package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.fields;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.testkit.Mutants;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files as they should not be, sent to a server: each is refused in a line or made something of,
 * soon, and nothing is opened or called that was not sent.
 *
 * <p>The build sends the {@link Zoo} and a few of the {@link Mutants}. More of them:
 *
 * <pre>
 * mvn -B -q -pl server -am test -Dtest=HostileMediaTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dkinetone.mutants=240
 * </pre>
 */
class HostileMediaTest {
  private static final int MUTANTS = Integer.getInteger("kinetone.mutants", 6);
  private static final String SECRET = "the words of a file that nobody sent";

  /** What one file may take: the wall's own limit, and the job behind it. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  /** Those whose headers say what is not so. */
  private static final Set<String> LIARS =
      Set.of(
          "pictures of 100 megapixels that say 64.avi",
          "jpegs of 100 megapixels that say 64.avi",
          "unpacks to 200 MB.mkv",
          "fast.wav");

  @TempDir private Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final TreeMap<String, Integer> outcomes = new TreeMap<>();
  private double slowest;
  private TinyServer server;

  @BeforeEach
  void start() {
    server = new TinyServer(folder, c -> c, log);
  }

  @AfterEach
  void end() {
    server.close();
  }

  /** Sends a file and sees to its end; what came of it. */
  private String outcome(Path file, String kind) {
    boolean sound = file.toString().endsWith(".wav");
    String task = sound ? "a2v" : "v2a";
    String part = sound ? "input_audio" : "input_video";
    long start = System.nanoTime();
    HttpResponse<byte[]> answer =
        server.form("/v1/videos", fields("task", task, "num_inference_steps", "2", part, file));
    String outcome;
    String told = new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.statusCode() == 200) {
      ObjectNode job = server.finished(json(answer).path("id").asText());
      outcome = job.path("status").asText() + " " + job.at("/error/code").asText();
      told += job;
      assertThat(outcome).as(file + ": " + job).isIn("completed ", "failed invalid_input");
    } else {
      assertThat(answer.statusCode()).as(file + ": " + told).isEqualTo(400);
      assertThat(error(answer)).as(file.toString()).startsWith("400 " + part);
      outcome = "refused";
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(seconds).as(file.toString()).isLessThan(LIMIT.toMillis() / 1e3);
    slowest = Math.max(slowest, seconds);
    assertThat(told)
        .as(file.toString())
        .doesNotContain(SECRET, folder.toString(), "kinetone.", "java.", "it crashed");
    outcomes.merge(kind + " " + outcome.trim(), 1, Integer::sum);
    return outcome;
  }

  private void nothingIsLeft() throws IOException {
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"event\":\"fault\"", SECRET);
    try (Stream<Path> left = Files.list(folder.resolve("data/temporary"))) {
      assertThat(left).isEmpty();
    }
    System.out.printf(Locale.ROOT, "files sent: %s; slowest %.1f s%n", outcomes, slowest);
  }

  @Test
  void what_is_beyond_bounds_or_names_other_files_and_addresses_is_refused() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), SECRET);
    Path good = folder.resolve("good.mp4");
    ClipWriter.writeMp4(
        good, Clip.of(TinyClips.video(2.25, 48, 32, 8), TinyClips.audio(2.25, 1, 16000)));
    try (ServerSocket nobody = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Zoo zoo = new Zoo(secret, nobody.getLocalPort());
      for (String name : zoo.files().keySet()) {
        Path file = zoo.write(name, folder);
        String outcome = outcome(file, "zoo");
        if (name.equals("endless.wav")) {
          // Who writes a WAV into a pipe does not know its length either: what is there is read.
          assertThat(outcome).isEqualTo("completed ");
        } else if (LIARS.contains(name)) {
          assertThat(outcome).as(name).isIn("refused", "failed invalid_input");
        } else {
          // Before there is a job, and anything is decoded.
          assertThat(outcome).as(name).isEqualTo("refused");
        }
        Files.delete(file);
      }
      nobody.setSoTimeout(200);
      try {
        nobody.accept();
        throw new AssertionError("somebody called");
      } catch (SocketTimeoutException e) {
        assertThat(outcome(good, "good")).isEqualTo("completed ");
      }
    }
    nothingIsLeft();
  }

  @Test
  void damaged_files_cost_their_job_and_nothing_else() throws IOException {
    Mutants mutants = new Mutants(folder);
    for (int number = 0; number < MUTANTS; number++) {
      Path file = mutants.write(number, folder);
      outcome(file, "mutants");
      Files.delete(file);
    }
    nothingIsLeft();
  }
}
