package kinetone.feature.panns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against audioldm_eval's Cnn14; the file comes from {@code goldens/networks.py}. */
public class PannsGoldenTest {
  public static final PannsConfig NARROW =
      new PannsConfig(
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(2, 2, 2),
                  new Cnn14Config.Level(4, 2, 2),
                  new Cnn14Config.Level(6, 2, 2),
                  new Cnn14Config.Level(8, 2, 2),
                  new Cnn14Config.Level(12, 2, 2),
                  new Cnn14Config.Level(16, 1, 1)),
              0.2),
          20);

  @Test
  void features_and_logits_agree_with_audioldm_eval() {
    Panns network = new Panns(NARROW, Rng.none());
    MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.PANNS);
    MelFrontEnd other = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "panns");
      FormulaWeights.fill(network);
      Tensor sound = FormulaWeights.sound("sound", 40_000);
      Tensor mel = front.logMel(front.normalise(sound));
      Tensor some = mel.slice(1, new LongOptional(0), new LongOptional(mel.size(1)), 8);
      assertThat(golden.error(some, "mel")).isLessThan(Golden.TOLERANCE);
      Panns.Verdict verdict = network.forward(mel);
      assertThat(golden.error(verdict.features(), "features")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.logits(), "logits")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(network.forward(other.logMel(sound)).logits(), "logits"))
          .as("AudioLDM's spectrogram of as many bands")
          .isGreaterThan(100 * Golden.TOLERANCE);
    } finally {
      front.close();
      other.close();
    }
  }

  @Test
  void names_and_counts_are_those_of_the_public_network() {
    Panns network = new Panns(NARROW, Rng.none());
    try (TensorScope scope = TensorScope.open()) {
      assertThat(StateDict.of(network))
          .containsKeys(
              "bn0.running_mean",
              "bn0.num_batches_tracked",
              "conv_block1.conv1.weight",
              "conv_block6.bn2.running_var",
              "fc1.weight",
              "fc_audioset.bias");
    }
    assertThat(StateDict.parameterCount(network)).isEqualTo(NARROW.parameterCount());
    assertThat(PannsConfig.CNN14_16K.parameterCount()).isEqualTo(80_753_615);
  }
}
