package kinetone.feature.audioclip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTargets;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against MM-Diffusion's copy of AudioCLIP, from a file as AudioCLIP's; both come from {@code
 * goldens/networks.py}.
 */
public class AudioClipGoldenTest {
  /** A checkpoint with the names of the public one. */
  public static final Path SAVED = Path.of("src/test/resources/goldens/networks/audioclip.pt");

  public static final AudioClipConfig NARROW =
      new AudioClipConfig(
          8, List.of(4, 8, 12, 16), List.of(2, 1, 1, 1), 2, 32, 2048, 1654, 561, 12);

  @TempDir Path folder;

  @Test
  void features_of_an_imported_file_agree_with_mm_diffusion() throws IOException {
    Path config =
        Files.writeString(folder.resolve("config.json"), Json.MAPPER.writeValueAsString(NARROW));
    Path at = folder.resolve("audioclip");
    new Exchange(false, (done, total) -> {})
        .importWeights(SAVED, ImportTargets.named("audioclip"), config, at);
    AudioClip network = AudioClip.FOLDER.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "audioclip");
      Tensor sound = FormulaWeights.sound("sound", 70_560);
      Tensor some = every(every(network.decibels(sound), 2, 16), 3, 8);
      assertThat(golden.error(some, "decibels")).isLessThan(Golden.TOLERANCE);
      Tensor features = network.forward(sound);
      assertThat(golden.error(features, "features")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(network.forward(sound.mul(new Scalar(32768f))), "loud"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(network.forward(sound.narrow(1, 0, 1000)), "short"))
          .isLessThan(Golden.TOLERANCE);
      for (String wrong : List.of("loud", "length1", "short")) {
        assertThat(golden.error(features, wrong)).as(wrong).isGreaterThan(0.1);
      }
    }
  }

  private static Tensor every(Tensor x, long axis, long step) {
    return x.slice(axis, new LongOptional(0), new LongOptional(x.size(axis)), step);
  }

  @Test
  void names_and_counts_are_those_of_the_public_network() {
    AudioClip network = new AudioClip(NARROW, Rng.none());
    assertThat(StateDict.parameterCount(network)).isEqualTo(NARROW.parameterCount());
    assertThat(NARROW.parameterCount()).isEqualTo(28_319);
    assertThat(AudioClipConfig.PUBLIC.parameterCount()).isEqualTo(32_104_771);
  }
}
