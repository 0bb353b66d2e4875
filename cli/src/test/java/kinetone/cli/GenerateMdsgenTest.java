package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate} with models that only make sound. */
class GenerateMdsgenTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path camera;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    model = TinyMdsgen.write(shared.resolve("model"));
    camera = TinyClips.camera(shared.resolve("camera.mp4"), 2);
  }

  @Test
  void options_and_keys_of_guidance_reach_the_model() throws IOException {
    byte[] plain = sound("plain.wav");
    byte[] guided = sound("guided.wav", "--guidance-scale", "5");
    byte[] bent = sound("bent.wav", "--guidance-scale", "5", "--guidance-power", "4");
    byte[] pulled = sound("pulled.wav", "--classifier-guidance-scale", "100");
    assertThat(List.of(plain, guided, bent, pulled)).doesNotHaveDuplicates();
    assertThat(sound("again.wav")).isEqualTo(plain);
    Path batch = folder.resolve("batch.jsonl");
    String line = "{\"task\": \"v2a\", \"video\": \"" + camera + "\", \"num_inference_steps\": 2";
    Files.writeString(
        batch,
        line
            + ", \"guidance_scale\": 5, \"guidance_power\": 4}\n"
            + line
            + ", \"classifier_guidance_scale\": 100}\n");
    Path out = folder.resolve("out");
    Captured run =
        Captured.run(
            "generate",
            "--model",
            model.toString(),
            "--batch",
            batch.toString(),
            "--out",
            out.toString());
    assertThat(run.status()).as(run.err().toString()).isZero();
    assertThat(run.out()).hasSize(2);
    assertThat(samples(run.out().get(0))).isNotEqualTo(samples(run.out().get(1)));
  }

  @Test
  void what_a_model_does_not_have_is_refused_in_one_line() {
    Path monl = TinyModel.write(folder.resolve("monl"));
    assertRefused(
        run(monl, "v2a", folder.resolve("x.wav"), "--guidance-power", "1"),
        "guidance_power is not an option of monl models");
    assertRefused(
        run(model, "joint", folder.resolve("x.mp4")),
        "models of system mdsgen do: v2a; this one cannot do joint");
    assertRefused(
        run(model, "v2a", folder.resolve("x.wav"), "--classifier-guidance-scale", "-1"),
        "classifier_guidance_scale = -1");
    assertThat(folder.resolve("x.wav")).doesNotExist();
  }

  private static void assertRefused(Captured run, String message) {
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains(message);
  }

  private byte[] sound(String name, String... options) throws IOException {
    Path file = folder.resolve(name);
    Captured run = run(model, "v2a", file, options);
    assertThat(run.status()).as(run.err().toString()).isZero();
    return Files.readAllBytes(file);
  }

  private static float[] samples(String file) {
    return ClipReader.read(Path.of(file), ReadOptions.defaults())
        .audio()
        .orElseThrow()
        .samples()[0];
  }

  private static Captured run(Path model, String task, Path out, String... options) {
    List<String> all = new ArrayList<>(List.of("generate", "--model", model.toString()));
    all.addAll(List.of("--task", task, "-o", out.toString(), "--num-inference-steps", "2"));
    if (task.equals("v2a")) {
      all.addAll(List.of("--video", camera.toString()));
    }
    all.addAll(List.of(options));
    return Captured.run(all.toArray(String[]::new));
  }
}
