package kinetone.feature.clap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTargets;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against transformers' ClapModel, from a folder as it saves them; both come from {@code
 * goldens/networks.py}.
 */
public class ClapAudioGoldenTest {
  /** The folder that transformers saved. */
  public static final Path SAVED = Path.of("src/test/resources/goldens/networks/clap");

  public static final ClapAudioConfig NARROW =
      new ClapAudioConfig(
          64, 50, 14_000, 256, 8, 4, List.of(2, 1, 1, 2), List.of(1, 2, 4, 4), 4, 4, 12);

  @TempDir Path folder;

  @Test
  void embeddings_of_an_imported_folder_agree_with_transformers() {
    Path at = folder.resolve("clap");
    new Exchange(false, (done, total) -> {}).importWeights(SAVED, ImportTargets.named("clap"), at);
    ClapAudio network = ClapAudio.FOLDER.load(at);
    assertThat(network.config()).isEqualTo(NARROW);
    try (ClapInput input = new ClapInput(network.config());
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "clap");
      Tensor mel = input.of(FormulaWeights.sound("sound", 130_000));
      assertThat(golden.error(every(mel, 1, 16), "mel")).isLessThan(Golden.TOLERANCE);
      Tensor square = network.square(mel).squeeze(3);
      assertThat(golden.error(every(every(square, 1, 12), 2, 12), "square"))
          .isLessThan(Golden.TOLERANCE);
      Tensor embedding = network.forward(mel);
      assertThat(golden.error(embedding, "audio")).isLessThan(Golden.TOLERANCE);
      for (String wrong : List.of("htk", "unshifted", "unmasked")) {
        assertThat(golden.error(embedding, wrong))
            .as("the reference, %s".formatted(wrong))
            .isGreaterThan(10 * Golden.TOLERANCE);
      }
    }
  }

  private static Tensor every(Tensor x, long axis, long step) {
    return x.slice(axis, new LongOptional(0), new LongOptional(x.size(axis)), step);
  }

  @Test
  void of_a_long_sound_the_first_ten_seconds_are_heard() {
    try (ClapInput input = new ClapInput(NARROW);
        TensorScope scope = TensorScope.open()) {
      Tensor sound = FormulaWeights.sound("sound", 500_000);
      Tensor all = input.of(sound);
      assertThat(all.shape()).containsExactly(1, 1001, 64);
      assertThat(all.equal(input.of(sound.narrow(1, 0, 480_000)))).isTrue();
      assertThat(input.of(torch.zeros(1, 1)).shape()).containsExactly(1, 1001, 64);
    }
  }

  @Test
  void names_and_counts_are_those_of_the_public_network() {
    ClapAudio network = new ClapAudio(NARROW, Rng.none());
    assertThat(StateDict.parameterCount(network)).isEqualTo(NARROW.parameterCount());
    assertThat(ClapAudioConfig.UNFUSED.parameterCount()).isEqualTo(28_190_872);
  }
}
