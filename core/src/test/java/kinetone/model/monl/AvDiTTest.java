package kinetone.model.monl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.mse_loss;

import java.util.Map;
import java.util.Optional;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.tensor.Autocast;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class AvDiTTest {
  private static final AvDiTConfig SMALL = config(2, 32, 2, 1);

  static AvDiTConfig config(int depth, int width, int heads, int audioPatch) {
    return new AvDiTConfig(
        depth,
        width,
        heads,
        4,
        Gelu.ERF,
        width,
        2 * width,
        true,
        new AvDiTConfig.Video(3, 4, 4, 2, 2),
        new AvDiTConfig.Audio(7, 3, audioPatch));
  }

  static Latents latents(AvDiTConfig c, int batch, Rng rng) {
    AvDiTConfig.Video v = c.video();
    return Latents.of(
        rng.normal(batch, v.frames(), v.height(), v.width(), v.channels()),
        rng.normal(batch, c.audio().length(), c.audio().channels()));
  }

  static NoiseLevels levels(AvDiTConfig c, int batch, Rng rng) {
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO, rng.integers(1, 1001, batch, c.video().frames()),
            Modality.AUDIO, rng.integers(1, 1001, batch, c.audio().length())));
  }

  /** Makes every parameter matter: fresh networks have zero heads, modulation and branches. */
  static AvDiT awake(AvDiTConfig config, long seed) {
    Rng rng = new Rng(seed);
    AvDiT net = new AvDiT(config, rng);
    StateDict.parameters(net)
        .forEach(
            (name, p) -> {
              if (name.matches(".*(adaLN|final_layer|attn\\.proj|mlp\\.fc2).*")) {
                Init.normal(p, 0.1, rng);
              }
            });
    return net;
  }

  @Test
  void output_has_the_shapes_of_the_input_with_and_without_audio_patches() {
    for (int patch : new int[] {1, 2}) {
      AvDiTConfig config = config(1, 32, 2, patch);
      AvDiT net = awake(config, 1);
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard();
          Rng rng = new Rng(2)) {
        Latents noisy = latents(config, 3, rng);
        Denoiser.Prediction p = net.predict(noisy, levels(config, 3, rng), Conditions.NONE);
        assertThat(p.noise().video().shape()).isEqualTo(noisy.video().shape());
        assertThat(p.noise().audio().shape()).isEqualTo(noisy.audio().shape());
        assertThat(p.variance()).isEmpty();
        assertThat(maxAbs(p.noise().audio())).isGreaterThan(0);
      }
    }
  }

  @Test
  void a_fresh_network_predicts_zero() {
    AvDiT net = new AvDiT(SMALL, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Latents noise =
          net.predict(latents(SMALL, 1, rng), levels(SMALL, 1, rng), Conditions.NONE).noise();
      assertThat(maxAbs(noise.video())).isZero();
      assertThat(maxAbs(noise.audio())).isZero();
    }
  }

  @Test
  void permuting_the_batch_permutes_the_prediction() {
    AvDiT net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents noisy = latents(SMALL, 3, rng);
      NoiseLevels levels = levels(SMALL, 3, rng);
      Tensor order = Tensors.of(new long[] {2, 0, 1}, 3);
      Latents straight = net.predict(noisy, levels, Conditions.NONE).noise();
      Latents permuted =
          net.predict(
                  noisy.map(t -> t.index_select(0, order)),
                  NoiseLevels.of(
                      Map.of(
                          Modality.VIDEO, levels.get(Modality.VIDEO).index_select(0, order),
                          Modality.AUDIO, levels.get(Modality.AUDIO).index_select(0, order))),
                  Conditions.NONE)
              .noise();
      Latents difference = straight.map(t -> t.index_select(0, order)).minus(permuted);
      assertThat(maxAbs(difference.video())).isLessThan(1e-5f);
      assertThat(maxAbs(difference.audio())).isLessThan(1e-5f);
    }
  }

  @Test
  void every_parameter_receives_a_gradient() {
    AvDiT net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Conditions conditions = Conditions.NONE.withSelfConditioning(latents(SMALL, 2, rng));
      loss(net, latents(SMALL, 2, rng), levels(SMALL, 2, rng), conditions, rng).backward();
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                assertThat(p.grad().defined()).as(name).isTrue();
                assertThat(maxAbs(p.grad())).as(name).isGreaterThan(0);
              });
    }
  }

  @Test
  void the_condition_has_one_row_per_time_segment() {
    AvDiT net = new AvDiT(SMALL, new Rng(1));
    AvDiTConfig patched = config(1, 32, 2, 2);
    AvDiT netWithPatches = new AvDiT(patched, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      assertThat(net.condition(levels(SMALL, 2, rng)).shape()).containsExactly(2, 3 + 7, 32);
      assertThat(netWithPatches.condition(levels(patched, 2, rng)).shape())
          .containsExactly(2, 3 + 4, 32);
      assertThat(SMALL.segments().tokens()).isEqualTo(3 * 4 + 7);
    }
  }

  @Test
  void a_clean_segment_is_told_apart_from_a_noisy_one() {
    AvDiT net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents noisy = latents(SMALL, 1, rng);
      Tensor audio = Tensors.of(new long[] {5, 5, 5, 5, 5, 5, 5}, 1, 7);
      float[][] seen = new float[2][];
      for (int t = 0; t < 2; t++) {
        NoiseLevels levels =
            NoiseLevels.of(
                Map.of(
                    Modality.VIDEO, Tensors.of(new long[] {t, 5, 5}, 1, 3), Modality.AUDIO, audio));
        seen[t] = Tensors.toFloats(net.predict(noisy, levels, Conditions.NONE).noise().video());
      }
      assertThat(Math.abs(seen[0][0] - seen[1][0])).isGreaterThan(1e-5f);
    }
  }

  @Test
  void the_same_seed_gives_the_same_weights() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> first = StateDict.of(new AvDiT(SMALL, new Rng(3)));
      Map<String, Tensor> second = StateDict.of(new AvDiT(SMALL, new Rng(3)));
      first.forEach(
          (name, t) ->
              assertThat(Tensors.toFloats(t))
                  .as(name)
                  .isEqualTo(Tensors.toFloats(second.get(name))));
    }
  }

  @Test
  void overfits_one_batch() {
    AvDiT net = new AvDiT(SMALL, new Rng(1));
    AdamW adam = new AdamW(net.parameters(), new AdamWOptions(3e-3));
    double first = 0;
    double last = 0;
    for (int step = 0; step < 60; step++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2)) {
        Latents noisy = latents(SMALL, 2, rng);
        Tensor loss = loss(net, noisy, levels(SMALL, 2, rng), Conditions.NONE, rng);
        adam.zero_grad();
        loss.backward();
        adam.step();
        last = loss.item_float();
        first = step == 0 ? last : first;
      }
    }
    assertThat(first).isCloseTo(2, within(0.8));
    assertThat(last).isLessThan(first / 4);
  }

  @Test
  void autocast_to_bf16_gives_fp32_gradients_and_nearly_the_same_loss() {
    AvDiT net = awake(SMALL, 1);
    float[] losses = new float[2];
    for (int i = 0; i < 2; i++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2)) {
        Tensor loss;
        try (Autocast autocast =
            Autocast.open(Devices.of("cpu"), i == 0 ? Precision.FP32 : Precision.BF16)) {
          loss = loss(net, latents(SMALL, 2, rng), levels(SMALL, 2, rng), Conditions.NONE, rng);
        }
        loss.backward();
        losses[i] = loss.item_float();
        StateDict.parameters(net)
            .forEach(
                (name, p) ->
                    assertThat(p.grad().scalar_type().intern())
                        .as(name)
                        .isEqualTo(ScalarType.Float));
      }
    }
    assertThat(losses[1]).isCloseTo(losses[0], within(0.02f * losses[0])).isNotEqualTo(losses[0]);
  }

  @Test
  void latents_of_another_size_are_refused_with_both_shapes() {
    AvDiT net = new AvDiT(SMALL, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Latents wrong = Latents.of(rng.normal(1, 3, 4, 4, 3), rng.normal(1, 7, 3));
      assertThatThrownBy(() -> net.predict(wrong, levels(SMALL, 1, rng), Conditions.NONE))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("video latent has shape [1, 3, 4, 4, 3]");
    }
  }

  static Tensor loss(AvDiT net, Latents noisy, NoiseLevels levels, Conditions conditions, Rng rng) {
    Latents target = latents(net.config(), (int) noisy.batch(), rng);
    Latents noise = net.predict(noisy, levels, conditions).noise();
    return mse_loss(noise.video(), target.video()).add(mse_loss(noise.audio(), target.audio()));
  }

  static float maxAbs(Tensor t) {
    return t.detach().abs().max().item_float();
  }

  @Test
  void self_conditioning_zeros_equal_absence() {
    AvDiT net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents noisy = latents(SMALL, 1, rng);
      NoiseLevels levels = levels(SMALL, 1, rng);
      Latents absent = net.predict(noisy, levels, Conditions.NONE).noise();
      Conditions zeros = Conditions.NONE.withSelfConditioning(noisy.times(0));
      Conditions some =
          new Conditions(Optional.of(noisy), Optional.empty(), Optional.empty(), Optional.empty());
      assertThat(maxAbs(absent.minus(net.predict(noisy, levels, zeros).noise()).video())).isZero();
      assertThat(maxAbs(absent.minus(net.predict(noisy, levels, some).noise()).video()))
          .isGreaterThan(1e-4f);
    }
  }
}
