package kinetone.feature.align;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against Diff-Foley's code; the file comes from {@code goldens/cavp.py}. */
class AlignmentGoldenTest {
  @Test
  void the_classifier_agrees_with_diff_foley() {
    AlignmentClassifier net =
        new AlignmentClassifier(
            new AlignmentConfig(4, 8, List.of(1, 2, 2), List.of(false, true, true), 2, 4, 5, 6, 7),
            new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "align");
      golden.fill(net);
      Tensor latent = golden.get("latent");
      Tensor features = golden.get("features");
      Tensor t = golden.get("t");
      assertThat(error(golden, net, latent, features, t)).isLessThan(Golden.TOLERANCE);
      assertThat(error(golden, net, latent, features, t.add(new Scalar(1L))))
          .as("timesteps from 1")
          .isGreaterThan(10 * Golden.TOLERANCE);
      assertThat(error(golden, net, latent, features.flip(1), t))
          .as("frames in another order")
          .isGreaterThan(10 * Golden.TOLERANCE);
      assertThat(error(golden, net, latent.transpose(1, 2).contiguous(), features, t))
          .as("time and frequency swapped")
          .isGreaterThan(10 * Golden.TOLERANCE);
    }
  }

  private static double error(
      Golden golden, AlignmentClassifier net, Tensor latent, Tensor features, Tensor t) {
    return golden.error(net.forward(latent, features, t).sigmoid(), "probability");
  }
}
