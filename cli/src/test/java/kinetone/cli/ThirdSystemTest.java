package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A system that somebody adds from outside goes the whole way with the commands that exist. */
class ThirdSystemTest {
  @TempDir Path folder;

  @Test
  void a_system_in_a_list_is_trained_packed_shown_and_generated_with() throws IOException {
    Path codecs = TinyModel.write(folder.resolve("codecs"));
    String video = codecs.resolve("video_codec").toString();
    String audio = codecs.resolve("audio_codec").toString();
    String latents = folder.resolve("latents").toString();
    done(
        "prepare",
        "--video-codec=" + video,
        "--audio-codec=" + audio,
        "--scenes=4",
        "--width=16",
        "--height=16",
        "--frames=9",
        "--fps=8",
        "--samples=9000",
        "--rate=8000",
        "--device=cpu",
        "--out=" + latents);

    Path recipe = folder.resolve("toy.yaml");
    Files.writeString(
        recipe,
        """
        kind: toy
        latents: %1$s
        heldOutLatents: %1$s
        videoCodec: %2$s
        audioCodec: %3$s
        model: {frames: 3, height: 2, width: 2, channels: 4, length: 60, sound: 4, diffusion: {}}
        batch: 2
        trainer: {steps: 5, seed: 1, optimizer: {learningRate: 1.0e-2}, precision: FP32}
        """
            .formatted(latents, video, audio));
    String run = folder.resolve("run").toString();
    done("train", recipe.toString(), "--out", run, "--device=cpu");
    assertThat(Files.readString(folder.resolve("run/metrics.jsonl")).lines().count())
        .isGreaterThanOrEqualTo(5);

    String model = folder.resolve("mine").toString();
    String[] pack = {
      "pack",
      "--system=toy",
      "--part=denoiser=" + run + "/model",
      "--part=video_codec=" + video,
      "--part=audio_codec=" + audio,
      "--rate=8000",
      "--toy-strength=0.5",
      "--out=" + model
    };
    assertThat(done("pack", "--help").out()).contains("  toy: denoiser, video_codec, audio_codec");
    done(pack);
    assertThat(done("info", model).out())
        .anyMatch(line -> line.contains("A linear map, to show how a system is added"))
        .anyMatch(line -> line.contains("toy_strength"))
        .anyMatch(line -> line.contains("Toy"));

    Path made = folder.resolve("made.mp4");
    done("generate", "--model=" + model, "--device=cpu", "-o", made.toString());
    Path other = folder.resolve("other.mp4");
    done(
        "generate", "--model=" + model, "--device=cpu", "--toy-strength=1", "-o", other.toString());
    assertThat(made).isNotEmptyFile();
    assertThat(Files.mismatch(made, other)).as("its option has an effect").isNotNegative();

    refused("guidance_power is not an option of toy models", model, "--guidance-power=1");
    refused("models of system toy do: joint", model, "--task=v2a", "--video=" + made);
    Captured monl = Captured.run("generate", "--model=" + codecs, "--toy-strength=1");
    assertThat(monl.status()).isEqualTo(2);
    assertThat(monl.err())
        .anyMatch(l -> l.contains("toy_strength is not an option of monl models"));
  }

  private void refused(String message, String model, String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "generate";
    arguments[1] = "--model=" + model;
    arguments[2] = "--device=cpu";
    System.arraycopy(more, 0, arguments, 3, more.length);
    Captured run = Captured.run(arguments);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).anyMatch(line -> line.contains(message));
  }

  private static Captured done(String... arguments) {
    Captured run = Captured.run(arguments);
    assertThat(run.status()).as("%s: %s", arguments[0], run.err()).isZero();
    return run;
  }
}
