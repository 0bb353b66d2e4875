package kinetone.feature.cavp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Against Diff-Foley's code; the files come from {@code goldens/cavp.py}. */
class CavpGoldenTest {
  /** With the running statistics of the reference, which are far from (0, 1). */
  @Test
  void features_agree_with_diff_foley() {
    Cavp cavp = new Cavp(NarrowCavp.CONFIG, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "cavp");
      golden.fill(cavp).eval();
      Tensor pictures = golden.get("pictures").to(ScalarType.Float).div(new Scalar(255.0));
      Tensor mel = golden.get("mel");
      assertThat(golden.error(cavp.encodeVideo(pictures), "video")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(cavp.encodeSound(mel), "sound")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(Cavp.summary(cavp.projectVideo(pictures)), "video_pooled"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(
              golden.error(Cavp.summary(cavp.projectSound(mel, Optional.empty())), "sound_pooled"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(cavp.scale().item_float()).isEqualTo((float) Math.exp(2.5));

      Tensor centred = pictures.mul(new Scalar(2.0)).sub(new Scalar(1.0));
      assertThat(golden.error(cavp.encodeVideo(centred), "video"))
          .as("pictures in [-1, 1]")
          .isGreaterThan(100 * Golden.TOLERANCE);
      cavp.train(true);
      assertThat(golden.error(cavp.encodeVideo(pictures), "video"))
          .as("statistics of the batch")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void the_hidden_layer_of_the_sound_network_counts_twice() {
    Cavp cavp = new Cavp(NarrowCavp.CONFIG, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "cavp");
      golden.fill(cavp).eval();
      Cnn14 net = cavp.soundEncoder();
      Tensor pooled = net.pooled(golden.get("mel"), Optional.empty());
      Tensor once = net.activated(pooled);
      assertThat(golden.error(Cavp.unit(net.project(net.activated(once))), "sound"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(Cavp.unit(net.project(once)), "sound"))
          .as("fc1 once")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void the_contrastive_loss_agrees_with_diff_foley() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("cavp", "contrast");
      Tensor video = golden.get("video");
      Tensor sound = golden.get("sound");
      ContrastiveLoss loss = ContrastiveLoss.of(video, sound, golden.get("scale"), 3);
      assertThat(golden.error(loss.semantic(), "semantic")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(loss.temporal(), "temporal")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(loss.total(0.7), "total")).isLessThan(Golden.TOLERANCE);
      ContrastiveLoss four = ContrastiveLoss.of(video, sound, golden.get("scale"), 4);
      assertThat(golden.error(four.temporal(), "temporal"))
          .as("other stretches per clip")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void names_and_counts_are_those_of_the_released_network() {
    Cavp cavp = new Cavp(NarrowCavp.CONFIG, new Rng(1));
    try (TensorScope scope = TensorScope.open()) {
      assertThat(StateDict.of(cavp))
          .containsKeys(
              "video_encoder.conv1.bn.running_var",
              "video_encoder.layer1.0.conv1.conv.weight",
              "video_encoder.layer1.0.downsample.bn.num_batches_tracked",
              "video_encoder.layer3.1.conv3.bn.bias",
              "video_project_head.weight",
              "spec_encoder.bn.running_mean",
              "spec_encoder.conv_block6.conv2.weight",
              "spec_encoder.fc1.bias",
              "spec_encoder.final_project.bias",
              "logit_scale");
    }
    assertThat(StateDict.parameterCount(cavp)).isEqualTo(NarrowCavp.CONFIG.parameterCount());
    assertThat(CavpPresets.BASE.videoParameterCount()).isEqualTo(32_683_584);
    assertThat(CavpPresets.BASE.parameterCount()).isEqualTo(32_683_584 + 80_723_008 + 1);
    assertThat(CavpPresets.BASE.sound().framesPerFeature()).isEqualTo(16);
  }
}
