package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.ReadOptions;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate --task v2a --video FILE}: the whole video gets its sound. */
class GenerateSoundtrackTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path camera;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    model = TinyModel.write(shared.resolve("model"));
    // A key picture every 2 s.
    camera = TinyClips.camera(shared.resolve("camera.mp4"), 3.2);
  }

  @Test
  void the_whole_video_gets_its_sound_and_keeps_its_pictures() throws Exception {
    Path out = folder.resolve("out.mp4");
    JsonNode json = json(v2a("-o", out.toString(), "--json"));
    assertThat(json.path("file").asText()).isEqualTo(out.toString());
    assertThat(json.path("samples").asLong()).isEqualTo(25_600);
    assertThat(json.path("sample_rate").asInt()).isEqualTo(8000);
    assertThat(json.path("sound_seconds").asDouble()).isEqualTo(3.2);
    // Windows of 9 pictures every 3, 26 in all.
    assertThat(json.path("windows").asInt()).isEqualTo(7);
    assertThat(json.path("seconds").asDouble()).isPositive();
    Clip before = ClipReader.read(camera, ReadOptions.defaults());
    Clip after = ClipReader.read(out, ReadOptions.defaults());
    assertThat(after.video().orElseThrow().rgb()).isEqualTo(before.video().orElseThrow().rgb());
    assertThat(after.audio().orElseThrow().channels()).isEqualTo(1);
  }

  @Test
  void sound_alone_and_matroska_are_chosen_by_the_name() {
    for (String name : List.of("a.wav", "a.flac", "a.mkv", "a.mov")) {
      Path out = folder.resolve(name);
      ok(v2a("-o", out.toString(), "--seconds", "1.5"));
      MediaInfo info = MediaProbe.probe(out, Limits.defaults());
      assertThat(info.video().isPresent()).isEqualTo(!name.matches(".*(wav|flac)"));
      if (info.video().isEmpty()) {
        assertThat(info.audio().orElseThrow().samples()).isEqualTo(12_000);
      }
      assertThat(info.seconds()).isBetween(1.4, 1.65);
    }
  }

  @Test
  void a_stretch_begins_at_a_key_picture_where_pictures_are_copied() throws Exception {
    Path out = folder.resolve("out.mp4");
    Captured run = v2a("-o", out.toString(), "--start", "2.5", "--seconds", "0.5", "--json");
    JsonNode json = json(run);
    assertThat(json.path("start").asDouble()).isEqualTo(2);
    assertThat(json.path("samples").asLong()).isEqualTo(8000);
    assertThat(run.err()).anyMatch(line -> line.contains("key picture at 2.000 s"));
    Path alone = folder.resolve("out.wav");
    json = json(v2a("-o", alone.toString(), "--start", "2.5", "--seconds", "0.5", "--json"));
    assertThat(json.path("start").asDouble()).isEqualTo(2.5);
    assertThat(json.path("samples").asLong()).isEqualTo(4000);
  }

  @Test
  void a_batch_does_the_same() throws Exception {
    Path batch = folder.resolve("batch.jsonl");
    String line = "{\"task\": \"v2a\", \"video\": \"" + camera + "\", \"num_inference_steps\": 2";
    Files.writeString(batch, line + "}\n" + line + ", \"seconds\": 1, \"seed\": 3}\n");
    Path out = folder.resolve("out");
    Captured run =
        Captured.run(
            "generate",
            "--model",
            model.toString(),
            "--batch",
            batch.toString(),
            "--out",
            out.toString(),
            "--json");
    ok(run);
    assertThat(run.out()).hasSize(2);
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(run.out().get(0)).path("samples").asLong()).isEqualTo(25_600);
    assertThat(mapper.readTree(run.out().get(1)).path("samples").asLong()).isEqualTo(8000);
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("001-camera-v2a-seed0.mp4", "002-camera-v2a-seed3.mp4");
    }
  }

  @Test
  void seconds_are_for_videos_that_get_sound() {
    Captured run =
        Captured.run("generate", "--model", model.toString(), "--task", "joint", "--seconds", "3");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("--seconds", "v2a");
    run = v2a("-o", folder.resolve("x.avi").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains(".mkv");
    assertThat(v2a("-o", folder.resolve("x.mp4").toString(), "--seconds", "0").status())
        .isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }

  private static Captured v2a(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("generate", "--model", model.toString(), "--num-inference-steps", "2"));
    all.addAll(List.of("--task", "v2a", "--video", camera.toString()));
    all.addAll(List.of(options));
    return Captured.run(all.toArray(String[]::new));
  }

  private static JsonNode json(Captured run) throws Exception {
    ok(run);
    assertThat(run.out()).hasSize(1);
    return new ObjectMapper().readTree(run.out().get(0));
  }

  private static void ok(Captured run) {
    assertThat(run.status()).as(run.err().toString()).isZero();
  }
}
