package kinetone.latent.magvit2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.latent.Gradients;
import kinetone.latent.LatentDistribution;
import kinetone.latent.magvit2.CausalVideoConfig.Level;
import kinetone.nn.conv.History;
import kinetone.nn.conv.TimePadding;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CausalVideoAutoencoderTest {
  /** PAPER's layout with 1/16 of its channels. */
  private static final CausalVideoConfig NARROW = narrow(CausalVideoConfig.PAPER, 16, 2);

  private final Rng rng = new Rng(7);
  private final CausalVideoAutoencoder codec =
      Gradients.awaken(new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng), rng);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4})
  void one_plus_4k_frames_become_one_plus_k_latents_and_come_back(int k) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latent = codec.encode(video(1 + 4 * k));
      assertThat(latent.shape()).containsExactly(2, 1 + k, 4, 3, 8);
      assertThat(codec.decode(latent).shape()).containsExactly(2, 1 + 4 * k, 32, 24, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 8, 9, 16})
  void changing_frame_k_never_changes_latents_before_it(int k) {
    long first = Causality.firstChange(codec::encode, video(17), k);
    assertThat(first).isEqualTo((k + 3) / 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void changing_latent_j_never_changes_frames_before_it(int j) {
    long first = Causality.firstChange(codec::decode, rng.normal(1, 5, 2, 2, 8), j);
    assertThat(first).isEqualTo(4L * j - 3);
  }

  @ParameterizedTest
  @EnumSource
  void both_norms_keep_frames_apart(FrameNorm.Kind kind) {
    FrameNorm norm = new FrameNorm(8, kind, 2);
    Tensor x = rng.normal(1, 8, 6, 4, 4).permute(0, 2, 3, 4, 1).contiguous();
    long first =
        Causality.firstChange(
            v -> norm.forward(v.permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1), x, 3);
    assertThat(first).isEqualTo(3);
  }

  @Test
  void the_causality_check_catches_symmetric_padding() {
    Tensor weight = rng.normal(4, 3, 3, 3, 3);
    long first =
        Causality.firstChange(
            v ->
                org.bytedeco
                    .pytorch
                    .global
                    .torch
                    .conv3d(
                        v.permute(0, 4, 1, 2, 3),
                        weight,
                        kinetone.tensor.Tensors.NONE,
                        new long[] {1, 1, 1},
                        new long[] {1, 1, 1},
                        new long[] {1, 1, 1},
                        1)
                    .permute(0, 2, 3, 4, 1),
            video(9),
            4);
    assertThat(first).isLessThan(4);
  }

  @Test
  void one_frame_alone_has_the_first_latent_of_the_clip() {
    for (TimePadding padding : TimePadding.values()) {
      CausalVideoAutoencoder net =
          Gradients.awaken(new CausalVideoAutoencoder(withPadding(padding), rng), rng);
      try (NoGradGuard noGrad = new NoGradGuard()) {
        Tensor clip = video(17);
        Tensor alone = net.encode(clip.narrow(1, 0, 1));
        assertThat(Causality.distance(alone, net.encode(clip).narrow(1, 0, 1))).isLessThan(1e-5);
      }
    }
  }

  @Test
  void encoding_and_decoding_in_chunks_equals_all_at_once() {
    for (TimePadding padding : TimePadding.values()) {
      CausalVideoAutoencoder net =
          Gradients.awaken(new CausalVideoAutoencoder(withPadding(padding), rng), rng);
      try (NoGradGuard noGrad = new NoGradGuard();
          History.Stream encoding = History.stream();
          History.Stream decoding = History.stream()) {
        Tensor clip = video(17);
        TensorVector latents = new TensorVector();
        TensorVector frames = new TensorVector();
        long at = 0;
        for (long length : new long[] {1, 4, 8, 4}) {
          Tensor chunk = net.encodeChunk(clip.narrow(1, at, length), encoding);
          latents.push_back(chunk);
          frames.push_back(net.decodeChunk(chunk, decoding));
          at += length;
        }
        Tensor whole = net.encode(clip);
        assertThat(Causality.distance(cat(latents, 1), whole)).isLessThan(3e-5);
        assertThat(Causality.distance(cat(frames, 1), net.decode(whole))).isLessThan(3e-5);
      }
    }
  }

  @Test
  void gradients_reach_every_parameter() {
    for (CausalVideoConfig config : List.of(CausalVideoConfig.TINY, NARROW)) {
      CausalVideoAutoencoder net = Gradients.awaken(new CausalVideoAutoencoder(config, rng), rng);
      Tensor signal = rng.normal(1, 9, 32, 32, 3);
      LatentDistribution posterior = net.distribution(signal);
      Tensor loss = net.decode(posterior.sample(rng)).sub(signal).square().mean();
      Gradients.assertReachEveryParameter(net, loss.add(posterior.penalty(signal.numel())));
    }
  }

  @Test
  void paper_layout_has_8x8_pixels_and_4_frames_per_latent() {
    CausalVideoAutoencoder net = new CausalVideoAutoencoder(NARROW, rng);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latent = net.encode(rng.normal(1, 17, 16, 16, 3));
      assertThat(latent.shape()).containsExactly(1, 5, 2, 2, 8);
      assertThat(net.decode(latent).shape()).containsExactly(1, 17, 16, 16, 3);
    }
    assertThat(CausalVideoConfig.PAPER.spaceFactor()).isEqualTo(8);
    assertThat(CausalVideoConfig.PAPER.timeFactor()).isEqualTo(4);
  }

  @Test
  void tiny_has_at_most_four_million_parameters() {
    assertThat(StateDict.parameterCount(codec)).isLessThanOrEqualTo(4_000_000);
  }

  @Test
  void the_seed_determines_the_weights() {
    try (Rng one = new Rng(3);
        Rng two = new Rng(3);
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor clip = video(5);
      Tensor a = new CausalVideoAutoencoder(CausalVideoConfig.TINY, one).encode(clip);
      Tensor b = new CausalVideoAutoencoder(CausalVideoConfig.TINY, two).encode(clip);
      assertThat(Causality.distance(a, b)).isZero();
    }
  }

  @Test
  void wrong_sizes_are_refused_with_the_rule() {
    assertThatThrownBy(() -> codec.encode(rng.normal(1, 16, 32, 32, 3)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("16 frames")
        .hasMessageContaining("for example 13");
    assertThatThrownBy(() -> codec.encode(rng.normal(1, 17, 30, 32, 3)))
        .hasMessageContaining("32 x 30")
        .hasMessageContaining("multiples of 8");
  }

  private Tensor video(int frames) {
    return rng.normal(2, frames, 32, 24, 3);
  }

  private static CausalVideoConfig withPadding(TimePadding padding) {
    return copy(CausalVideoConfig.TINY, 1, 1, padding);
  }

  private static CausalVideoConfig narrow(CausalVideoConfig c, int factor, int groups) {
    return copy(c, factor, groups, c.timePadding());
  }

  private static CausalVideoConfig copy(
      CausalVideoConfig c, int factor, int groups, TimePadding padding) {
    return new CausalVideoConfig(
        c.linearPath(),
        c.patch(),
        narrow(c.encoder(), factor),
        narrow(c.decoder(), factor),
        c.spaceDown(),
        c.timeDown(),
        c.upKernel(),
        c.norm(),
        groups,
        padding,
        c.latentChannels(),
        c.regularisation());
  }

  private static List<Level> narrow(List<Level> levels, int factor) {
    return levels.stream().map(l -> new Level(l.channels() / factor, l.blocks())).toList();
  }
}
