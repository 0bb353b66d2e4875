package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official client of another language drives the server unchanged. */
class OpenAiClientTest {
  private static final String CLIENT = "openai@6.49.0";

  /** Kept between runs; npm fills it the first time. */
  private static final Path MODULES = Path.of("target", "npm").toAbsolutePath();

  @TempDir private static Path folder;

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Optional<String> node = output(folder, 20, "node", "--version");
    assumeTrue(
        node.isPresent() && node.get().matches("v(2[0-9]|[3-9][0-9])\\..*"),
        "node 20 or later is not there: OpenAI's client is not tried");
    Files.createDirectories(MODULES);
    if (!Files.exists(MODULES.resolve("node_modules/openai"))) {
      output(MODULES, 120, "npm", "install", "--no-audit", "--no-fund", "--prefix", ".", CLIENT);
    }
    assumeTrue(
        Files.exists(MODULES.resolve("node_modules/openai")),
        "npm cannot install " + CLIENT + ": OpenAI's client is not tried");
  }

  /** What a program prints, or nothing where it is not there or fails. */
  private static Optional<String> output(Path in, int seconds, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String text = Files.readString(out).strip();
      if (process.exitValue() != 0) {
        System.err.println(text);
        return Optional.empty();
      }
      return Optional.of(text);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    Path file = MODULES.resolve(script);
    try (InputStream in = OpenAiClientTest.class.getResourceAsStream("/" + script)) {
      Files.write(file, in.readAllBytes());
    }
    String[] command =
        Stream.concat(Stream.of("node", file.toString()), Stream.of(arguments))
            .toArray(String[]::new);
    return output(MODULES, 120, command).orElseThrow(() -> new AssertionError(script + " failed"));
  }

  @Test
  void it_sends_a_video_waits_and_gets_it_back_with_its_sound()
      throws IOException, InterruptedException {
    Path silent = folder.resolve("silent.mp4");
    Path sounding = folder.resolve("sounding.mp4");
    ClipWriter.writeMp4(silent, Clip.of(TinyClips.video(2.25, 48, 32, 8)));
    try (TinyServer server = new TinyServer(folder)) {
      String base = server.server.address() + "/v1";
      String made =
          run("openai-client.mjs", base, TinyServer.MODEL, silent.toString(), sounding.toString());
      assertThat(made).matches("video_\\w+ completed 100");
      MediaInfo info = MediaProbe.probe(sounding, Limits.defaults());
      assertThat(info.audio()).isPresent();
      assertThat(info.video().orElseThrow().width()).isEqualTo(48);
      String id = made.substring(0, made.indexOf(' '));
      List<String> said = run("openai-more.mjs", base, TinyServer.MODEL, id).lines().toList();
      assertThat(said)
          .containsExactly(
              "listed",
              "model",
              "image/png",
              "remixed",
              "BadRequestError: 400 there is no model sora-2; use tiny",
              "NotFoundError",
              "deleted");
    }
  }

  @Test
  void what_the_guide_shows_is_what_runs() throws IOException {
    Path guide = Path.of("..", "docs", "serving.md");
    try (InputStream in = OpenAiClientTest.class.getResourceAsStream("/openai-client.mjs")) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(Files.readString(guide)).contains(script.substring(script.indexOf("import fs")));
    }
  }
}
