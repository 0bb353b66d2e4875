package kinetone.model.monl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against a reference composed from DiT's parts, see {@code goldens/dit.py}. */
class AvDiTGoldenTest {
  private static final AvDiTConfig CONFIG = AvDiTTest.config(2, 32, 2, 1);

  @Test
  void a_block_agrees_with_scales_and_shifts_repeated_for_every_token() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("avdit-block");
      AvDiTBlock block = golden.fill(new AvDiTBlock(CONFIG, new Rng(1)));
      Tensor x = golden.get("x");
      Tensor c = golden.get("c");
      assertThat(golden.error(block.forward(x, silu(c)), "expected")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(block.forward(x, c), "expected"))
          .as("without SiLU")
          .isGreaterThan(100 * Golden.TOLERANCE);
      assertThat(golden.error(block.forward(x, silu(c.flip(1))), "expected"))
          .as("segments in another order")
          .isGreaterThan(100 * Golden.TOLERANCE);
      swapShiftAndScale(block);
      assertThat(golden.error(block.forward(x, silu(c)), "expected"))
          .as("shift and scale swapped")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void the_whole_network_agrees_with_the_reference() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("avdit");
      AvDiT net = golden.fill(new AvDiT(CONFIG, new Rng(1)));
      Latents noisy = Latents.of(golden.get("video"), golden.get("audio"));
      Latents estimate = Latents.of(golden.get("video_estimate"), golden.get("audio_estimate"));
      Conditions conditions = Conditions.NONE.withSelfConditioning(estimate);
      NoiseLevels levels = levels(golden.get("t_video"), golden.get("t_audio"));
      Latents noise = net.predict(noisy, levels, conditions).noise();
      assertThat(golden.error(noise.video(), "expected_video")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(noise.audio(), "expected_audio")).isLessThan(Golden.TOLERANCE);

      Latents forgotten = net.predict(noisy, levels, Conditions.NONE).noise();
      assertThat(golden.error(forgotten.video(), "expected_video"))
          .as("self-conditioning forgotten")
          .isGreaterThan(100 * Golden.TOLERANCE);
      Latents clean =
          net.predict(
                  noisy,
                  levels(zeros_like(golden.get("t_video")), golden.get("t_audio")),
                  conditions)
              .noise();
      assertThat(golden.error(clean.video(), "expected_video"))
          .as("noise levels of the picture ignored")
          .isGreaterThan(10 * Golden.TOLERANCE);
    }
  }

  private static NoiseLevels levels(Tensor video, Tensor audio) {
    return NoiseLevels.of(Map.of(Modality.VIDEO, video, Modality.AUDIO, audio));
  }

  private static void swapShiftAndScale(AvDiTBlock block) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Map<String, Tensor> parameters = StateDict.parameters(block);
      for (String name : new String[] {"adaLN_modulation.1.weight", "adaLN_modulation.1.bias"}) {
        Tensor p = parameters.get(name);
        long width = p.size(0) / 4;
        Tensor shift = p.narrow(0, 0, width).clone();
        p.narrow(0, 0, width).copy_(p.narrow(0, width, width));
        p.narrow(0, width, width).copy_(shift);
      }
    }
  }
}
