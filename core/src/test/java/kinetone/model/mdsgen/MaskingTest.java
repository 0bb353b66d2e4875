package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final SmallMdsgen SMALL = SmallMdsgen.UNEVEN;

  @Test
  void masks_hide_whole_points_in_time_whatever_the_rows_are() {
    for (MdsgenConfig.Rows rows : MdsgenConfig.Rows.values()) {
      MdsgenConfig.Latent latent = new MdsgenConfig.Latent(20, 6, 2, 2, rows);
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2)) {
        VisibleTokens visible = new Masking.TemporalAware(0.3).draw(latent, 4, rng).orElseThrow();
        assertThat(visible.kept().shape()).containsExactly(4, 7 * 3);
        Tensor masked = visible.masked().view(4, latent.gridRows(), latent.gridColumns());
        Tensor byTime = rows == MdsgenConfig.Rows.TIME ? masked : masked.transpose(1, 2);
        float[] sums = Tensors.toFloats(byTime.sum(new long[] {2}));
        Set<String> patterns = new TreeSet<>();
        for (int b = 0; b < 4; b++) {
          StringBuilder pattern = new StringBuilder();
          for (int t = 0; t < 10; t++) {
            assertThat(sums[10 * b + t]).isIn(0f, 3f);
            pattern.append(sums[10 * b + t] == 0 ? '.' : 'x');
          }
          assertThat(pattern.chars().filter(c -> c == 'x')).hasSize(3);
          patterns.add(pattern.toString());
        }
        assertThat(patterns).as("drawn for each example").hasSizeGreaterThan(1);
      }
    }
  }

  @Test
  void paper_and_release_hide_as_many_tokens_as_their_code() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Masking masking = new Masking.TemporalAware(0.3);
      assertThat(kept(masking, MdsgenPresets.RELEASE, rng)).isEqualTo(568);
      assertThat(kept(masking, MdsgenPresets.PAPER, rng)).isEqualTo(22 * 8);
      assertThat(kept(new Masking.SpatialAware(0.3), MdsgenPresets.PAPER, rng)).isEqualTo(179);
      assertThat(Masking.NONE.draw(MdsgenPresets.PAPER, 1, rng)).isEmpty();
    }
  }

  private static long kept(Masking masking, MdsgenConfig.Latent latent, Rng rng) {
    return masking.draw(latent, 1, rng).orElseThrow().kept().size(1);
  }

  @Test
  void a_masked_pass_does_not_see_what_is_hidden() {
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents noisy = SMALL.latents(1, rng);
      NoiseLevels levels = SMALL.levels(1, rng);
      // Time tokens 0 and 3 of 4, three bands each.
      VisibleTokens visible =
          VisibleTokens.of(Tensors.of(new long[] {9, 10, 11, 0, 1, 2}, 1, 6), 12);
      Tensor changed = noisy.audio().clone();
      changed.narrow(1, 2, 4).add_(new Scalar(1));
      Latents other = Latents.of(Map.of(Modality.AUDIO, changed));
      for (Denoiser denoiser : new Denoiser[] {net, net.masked(visible)}) {
        Latents a = denoiser.predict(noisy, levels, Conditions.NONE).noise();
        Latents b = denoiser.predict(other, levels, Conditions.NONE).noise();
        float difference = SmallMdsgen.maxAbs(a.minus(b).audio());
        if (denoiser == net) {
          assertThat(difference).isGreaterThan(1e-3f);
        } else {
          assertThat(difference).isZero();
        }
      }
    }
    net.close();
  }
}
