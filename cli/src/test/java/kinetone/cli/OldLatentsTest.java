package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents of an earlier version do not say what they were made from; people are told. */
class OldLatentsTest {
  @TempDir Path folder;

  @Test
  void shards_that_say_nothing_of_their_origin_are_told_in_one_line() throws IOException {
    Path codecs = TinyModel.write(folder.resolve("codecs"));
    Path latents = folder.resolve("latents");
    run(
        "prepare",
        "--video-codec=" + codecs.resolve("video_codec"),
        "--audio-codec=" + codecs.resolve("audio_codec"),
        "--scenes=4",
        "--width=16",
        "--height=16",
        "--frames=9",
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
        videoCodec: %2$s/video_codec
        audioCodec: %2$s/audio_codec
        model: {frames: 3, height: 2, width: 2, channels: 4, length: 60, sound: 4, diffusion: {}}
        batch: 2
        trainer: {steps: 1, seed: 1, optimizer: {learningRate: 1.0e-2}, precision: FP32}
        """
            .formatted(latents, codecs));
    assertThat(lines(run("train", recipe.toString(), "--out=" + folder.resolve("run")))).isEmpty();

    Path shard = latents.resolve("shard-00000.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafeTensors.write(shard, new LinkedHashMap<>(SafeTensors.read(shard).tensors()), Map.of());
    }
    assertThat(lines(run("train", recipe.toString(), "--out=" + folder.resolve("other"))))
        .isNotEmpty()
        .allMatch(line -> line.contains("1 of 1 shards in " + latents));
  }

  private static List<String> lines(Captured run) {
    return run.err().stream()
        .filter(line -> line.contains("do not say what they were made from"))
        .toList();
  }

  private static Captured run(String... arguments) {
    Captured run = Captured.run(arguments);
    assertThat(run.status()).as(run.err().toString()).isZero();
    return run;
  }
}
