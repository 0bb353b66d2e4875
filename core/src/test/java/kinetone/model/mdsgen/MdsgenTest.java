package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.equal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.sampler.DpmSolverPlusPlus2M;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.tensor.Autocast;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.train.Optimizer;
import kinetone.train.OptimizerConfig;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class MdsgenTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  /** A length that patches do not divide; 4 × 3 tokens. */
  private static final MdsgenConfig SMALL = config(7, MdsgenConfig.Rows.TIME);

  private static MdsgenConfig config(int length, MdsgenConfig.Rows rows) {
    return new MdsgenConfig(
        3,
        16,
        2,
        1,
        Gelu.ERF,
        16,
        new MdsgenConfig.Latent(length, 6, 2, 2, rows),
        new MdsgenConfig.Features(3, 5));
  }

  private static Latents latents(MdsgenConfig config, int batch, Rng rng) {
    MdsgenConfig.Latent latent = config.latent();
    return Latents.of(
        Map.of(
            Modality.AUDIO,
            rng.normal(batch, latent.length(), latent.frequencies(), latent.channels())));
  }

  private static NoiseLevels levels(MdsgenConfig config, int batch, Rng rng) {
    Tensor t = rng.integers(1, 1001, batch, 1).repeat(1, config.latent().length());
    return NoiseLevels.of(Map.of(Modality.AUDIO, t));
  }

  private static Conditions features(MdsgenConfig config, int batch, Rng rng) {
    MdsgenConfig.Features sizes = config.features();
    return Conditions.NONE.withFeatures(rng.normal(batch, sizes.frames(), sizes.width()));
  }

  /** Makes every parameter matter: fresh networks have zero heads and zero modulation. */
  private static Mdsgen awake(MdsgenConfig config, long seed) {
    Rng rng = new Rng(seed);
    Mdsgen net = new Mdsgen(config, rng);
    try (PointerScope scope = new PointerScope()) {
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                if (name.contains("adaLN") || name.contains("final_layer")) {
                  Init.normal(p, 0.1, rng);
                }
              });
    }
    return net;
  }

  private static VisibleTokens mask(MdsgenConfig config, int batch, Rng rng) {
    return new Masking.TemporalAware(0.3).draw(config.latent(), batch, rng).orElseThrow();
  }

  private static float maxAbs(Tensor t) {
    return t.detach().abs().max().item_float();
  }

  @Test
  void output_has_the_shapes_of_the_input_in_full_and_masked_passes() {
    for (MdsgenConfig.Rows rows : MdsgenConfig.Rows.values()) {
      for (int length : new int[] {6, 7}) {
        MdsgenConfig config = config(length, rows);
        Mdsgen net = awake(config, 1);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard();
            Rng rng = new Rng(2)) {
          Latents noisy = latents(config, 3, rng);
          for (Denoiser denoiser : new Denoiser[] {net, net.masked(mask(config, 3, rng))}) {
            Denoiser.Prediction p =
                denoiser.predict(noisy, levels(config, 3, rng), features(config, 3, rng));
            assertThat(p.noise().audio().shape()).isEqualTo(noisy.audio().shape());
            assertThat(p.variance().orElseThrow().audio().shape()).isEqualTo(noisy.audio().shape());
            assertThat(maxAbs(p.noise().audio())).isBetween(1e-3f, 100f);
          }
        }
        net.close();
      }
    }
  }

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
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents noisy = latents(SMALL, 1, rng);
      NoiseLevels levels = levels(SMALL, 1, rng);
      // Time tokens 0 and 3 of 4, three bands each.
      VisibleTokens visible =
          VisibleTokens.of(Tensors.of(new long[] {9, 10, 11, 0, 1, 2}, 1, 6), 12);
      Tensor changed = noisy.audio().clone();
      changed.narrow(1, 2, 4).add_(new Scalar(1));
      Latents other = Latents.of(Map.of(Modality.AUDIO, changed));
      for (Denoiser denoiser : new Denoiser[] {net, net.masked(visible)}) {
        Latents a = denoiser.predict(noisy, levels, Conditions.NONE).noise();
        Latents b = denoiser.predict(other, levels, Conditions.NONE).noise();
        float difference = maxAbs(a.minus(b).audio());
        if (denoiser == net) {
          assertThat(difference).isGreaterThan(1e-3f);
        } else {
          assertThat(difference).isZero();
        }
      }
    }
    net.close();
  }

  @Test
  void every_parameter_receives_a_gradient_in_a_masked_pass() {
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Denoiser.Prediction p =
          net.masked(mask(SMALL, 2, rng))
              .predict(latents(SMALL, 2, rng), levels(SMALL, 2, rng), features(SMALL, 2, rng));
      Tensor target = latents(SMALL, 2, rng).audio();
      torch
          .mse_loss(p.noise().audio(), target)
          .add(torch.mse_loss(p.variance().orElseThrow().audio(), target))
          .backward();
      StateDict.parameters(net)
          .forEach(
              (name, q) -> {
                assertThat(q.grad().defined()).as(name).isTrue();
                assertThat(maxAbs(q.grad())).as(name).isGreaterThan(0);
              });
    }
    net.close();
  }

  @Test
  void permuting_the_batch_permutes_the_prediction() {
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor order = Tensors.of(new long[] {2, 0, 1}, 3);
      Latents noisy = latents(SMALL, 3, rng);
      NoiseLevels levels = levels(SMALL, 3, rng);
      Conditions told = features(SMALL, 3, rng);
      VisibleTokens visible = mask(SMALL, 3, rng);
      Latents straight = net.masked(visible).predict(noisy, levels, told).noise();
      Tensor t = levels.get(Modality.AUDIO).index_select(0, order);
      Latents permuted =
          net.masked(VisibleTokens.of(visible.kept().index_select(0, order), 12))
              .predict(
                  noisy.map(x -> x.index_select(0, order)),
                  NoiseLevels.of(Map.of(Modality.AUDIO, t)),
                  Conditions.NONE.withFeatures(
                      told.features().orElseThrow().index_select(0, order)))
              .noise();
      assertThat(maxAbs(straight.map(x -> x.index_select(0, order)).minus(permuted).audio()))
          .isLessThan(1e-5f);
    }
    net.close();
  }

  @Test
  void conditions_are_dropped_by_example_and_stay_dropped() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Conditions told = features(SMALL, 1000, rng);
      Tensor keep = new ConditionDrop(0.1).apply(told, 1000, rng).keep().orElseThrow();
      assertThat(keep.sum().item_double()).isBetween(870.0, 930.0);
      assertThat(new ConditionDrop(0).apply(told, 1000, rng).keep()).isEmpty();
      Tensor none = new ConditionDrop(1).apply(told.withKeep(keep), 1000, rng).keep().orElseThrow();
      assertThat(none.any().item_bool()).isFalse();
      Tensor twice =
          new ConditionDrop(0.5).apply(told.withKeep(keep), 1000, rng).keep().orElseThrow();
      assertThat(twice.logical_and(keep.logical_not()).any().item_bool()).isFalse();
    }
  }

  private static DenoisingLoss.Value loss(
      MaskedObjective objective, Mdsgen net, Latents clean, long seed) {
    try (Rng rng = new Rng(seed)) {
      return objective.of(net, clean, features(SMALL, (int) clean.batch(), rng), rng);
    }
  }

  private static MaskedObjective objective(Masking masking, double weight) {
    return new MaskedObjective(
        SCHEDULE,
        new Vanilla(1000, Map.of(Modality.AUDIO, 7)),
        NoiseLoss.PLAIN,
        masking,
        weight,
        new ConditionDrop(0.1));
  }

  @Test
  void the_objective_adds_lambda_times_the_masked_pass() {
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents clean = latents(SMALL, 4, rng);
      Masking masking = new Masking.TemporalAware(0.3);
      DenoisingLoss.Value one = loss(objective(masking, 1), net, clean, 3);
      DenoisingLoss.Value three = loss(objective(masking, 3), net, clean, 3);
      DenoisingLoss.Value none = loss(objective(Masking.NONE, 1), net, clean, 3);
      double full = none.total().item_double();
      assertThat(one.parts()).containsOnlyKeys("audio", "masked_audio");
      assertThat(none.parts()).containsOnlyKeys("audio");
      assertThat(one.parts().get("audio").item_double()).isCloseTo(full, within(1e-6));
      double masked = one.parts().get("masked_audio").item_double();
      assertThat(masked).isNotCloseTo(full, within(1e-3));
      assertThat(one.total().item_double()).isCloseTo(full + masked, within(1e-5));
      assertThat(three.total().item_double()).isCloseTo(full + 3 * masked, within(1e-5));
      DenoisingLoss.Value paper = loss(MaskedObjective.ofMdsgen(SCHEDULE, 7, true), net, clean, 3);
      assertThat(paper.parts())
          .containsOnlyKeys("audio", "audio_vlb", "masked_audio", "masked_audio_vlb");
      DenoisingLoss.Value plain = loss(MaskedObjective.ofMdsgen(SCHEDULE, 7, false), net, clean, 3);
      assertThat(plain.parts().get("audio_vlb").item_float())
          .isEqualTo(paper.parts().get("audio_vlb").item_float());
      assertThat(plain.parts().get("audio").item_double())
          .as("min-SNR weighs low noise down")
          .isGreaterThan(paper.parts().get("audio").item_double());
    }
    net.close();
  }

  @Test
  void both_passes_are_of_the_same_timesteps_with_different_noise() {
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      List<DenoisingLoss.Sample> samples = new ArrayList<>();
      DenoisingLoss spy =
          (sample, prediction) -> {
            samples.add(sample);
            return NoiseLoss.PLAIN.of(sample, prediction);
          };
      MaskedObjective objective =
          new MaskedObjective(
              SCHEDULE,
              new Vanilla(1000, Map.of(Modality.AUDIO, 7)),
              spy,
              new Masking.SpatialAware(0.5),
              1,
              new ConditionDrop(0));
      loss(objective, net, latents(SMALL, 4, rng), 3);
      assertThat(samples).hasSize(2);
      assertThat(
              equal(
                  samples.get(0).levels().get(Modality.AUDIO),
                  samples.get(1).levels().get(Modality.AUDIO)))
          .isTrue();
      assertThat(equal(samples.get(0).noise().audio(), samples.get(1).noise().audio())).isFalse();
    }
    net.close();
  }

  @Test
  void adan_and_the_masked_objective_overfit_one_batch() {
    Mdsgen net = new Mdsgen(SMALL, new Rng(1));
    MaskedObjective objective = MaskedObjective.ofMdsgen(SCHEDULE, 7, false);
    double[] losses = new double[30];
    Map<String, Tensor> parameters = StateDict.parameters(net);
    try (Optimizer adan = Optimizer.of(OptimizerConfig.adan(1e-2, 0), parameters)) {
      for (int step = 0; step < losses.length; step++) {
        try (TensorScope scope = TensorScope.open();
            Rng rng = new Rng(2)) {
          Latents clean = latents(SMALL, 2, rng);
          net.zero_grad(true);
          DenoisingLoss.Value value = loss(objective, net, clean, 3);
          value.total().backward();
          adan.step(1e-2);
          losses[step] = value.parts().get("audio").item_float();
        }
      }
    }
    assertThat(losses[0]).isCloseTo(1, within(0.4));
    assertThat(losses[losses.length - 1]).isLessThan(losses[0] / 2);
    net.close();
  }

  @Test
  void autocast_to_bf16_gives_nearly_the_same_prediction() {
    Mdsgen net = awake(SMALL, 1);
    float[][] seen = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2);
          NoGradGuard noGrad = new NoGradGuard();
          Autocast autocast =
              Autocast.open(Devices.of("cpu"), i == 0 ? Precision.FP32 : Precision.BF16)) {
        Latents noise =
            net.masked(mask(SMALL, 2, rng))
                .predict(latents(SMALL, 2, rng), levels(SMALL, 2, rng), features(SMALL, 2, rng))
                .noise();
        seen[i] = Tensors.toFloats(noise.audio());
      }
    }
    assertThat(seen[1]).isNotEqualTo(seen[0]);
    for (int i = 0; i < seen[0].length; i++) {
      assertThat(seen[1][i]).isCloseTo(seen[0][i], within(0.1f));
    }
    net.close();
  }

  @Test
  void the_same_seed_gives_the_same_weights_and_fresh_networks_predict_zero() {
    Mdsgen net = new Mdsgen(SMALL, new Rng(3));
    Mdsgen again = new Mdsgen(SMALL, new Rng(3));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Map<String, Tensor> second = StateDict.of(again);
      StateDict.of(net)
          .forEach((name, t) -> assertThat(equal(t, second.get(name))).as(name).isTrue());
      Latents noise =
          net.predict(latents(SMALL, 1, rng), levels(SMALL, 1, rng), Conditions.NONE).noise();
      assertThat(maxAbs(noise.audio())).isZero();
    }
    net.close();
    again.close();
  }

  @Test
  void latents_and_features_of_another_size_are_refused_with_both_shapes() {
    Mdsgen net = new Mdsgen(SMALL, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Latents wrong = Latents.of(Map.of(Modality.AUDIO, rng.normal(1, 7, 6, 3)));
      NoiseLevels levels = levels(SMALL, 1, rng);
      assertThatThrownBy(() -> net.predict(wrong, levels, Conditions.NONE))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("audio latent has shape [1, 7, 6, 3]");
      Latents right = latents(SMALL, 1, rng);
      assertThatThrownBy(
              () -> net.predict(right, levels, Conditions.NONE.withFeatures(rng.normal(1, 4, 5))))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("video features has shape [1, 4, 5]");
    }
    net.close();
  }

  /** What the reducer makes of frames in their order, and with the first and last swapped. */
  private static float swapped(boolean positions, double... weights) {
    MdsgenConfig config = SMALL.withFeatures(new MdsgenConfig.Features(3, 5, positions));
    Mdsgen net = new Mdsgen(config, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor reducer = StateDict.parameters(net).get("conv1d_feat.0.weight");
      for (int frame = 0; frame < 3; frame++) {
        reducer.narrow(1, frame, 1).fill_(new Scalar(weights[frame]));
      }
      Tensor frames = rng.normal(2, 3, 5);
      Tensor other = frames.index_select(1, Tensors.of(new long[] {2, 1, 0}, 3));
      return maxAbs(
          net.reduce(frames, Optional.empty(), 2).sub(net.reduce(other, Optional.empty(), 2)));
    } finally {
      net.close();
    }
  }

  @Test
  void frames_of_equal_weight_can_be_told_apart_by_their_positions_only() {
    assertThat(swapped(false, 0.5, 0.5, 0.5)).isLessThan(1e-5f);
    assertThat(swapped(true, 0.5, 0.5, 0.5)).isGreaterThan(1e-2f);
    // What makes the first line say something: the reducer does read the frames.
    assertThat(swapped(false, 0.9, 0.5, 0.1)).isGreaterThan(1e-2f);
  }

  @Test
  void positions_of_frames_are_learned() {
    Mdsgen net = awake(SMALL.withFeatures(new MdsgenConfig.Features(3, 5, true)), 1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      net.predict(latents(SMALL, 2, rng), levels(SMALL, 2, rng), features(SMALL, 2, rng))
          .noise()
          .audio()
          .square()
          .mean()
          .backward();
      Tensor table = StateDict.parameters(net).get("mlp_feat.pos_embed");
      assertThat(table.shape()).containsExactly(1, 3, 16);
      assertThat(maxAbs(table.grad())).isGreaterThan(0);
    }
    net.close();
  }

  /** DPM-Solver++ with MDSGen's 25 steps and dynamic guidance. */
  private static float[] generate(Mdsgen net, Conditions conditions, long... seeds) {
    Denoiser guided =
        new ClassifierFreeGuidance(
            net,
            SCHEDULE,
            new GuidanceScale.PowerCosine(5, 0.01),
            Conditions.NONE,
            ClassifierFreeGuidance.ALL_CHANNELS);
    try (TensorScope scope = TensorScope.open();
        SeededNoise noise = SeededNoise.of(seeds)) {
      Latents empty = Latents.of(Map.of(Modality.AUDIO, torch.zeros(seeds.length, 7, 6, 2)));
      Latents made =
          new DpmSolverPlusPlus2M(SCHEDULE, 25)
              .sample(
                  SamplingRequest.of(guided, empty, TaskMask.all(Map.of(Modality.AUDIO, 7)), noise)
                      .withConditions(conditions));
      return Tensors.toFloats(made.audio());
    }
  }

  @Test
  void the_same_seed_gives_the_same_sound_and_other_features_another() {
    Mdsgen net = awake(SMALL, 1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Conditions told = features(SMALL, 2, rng);
      float[] first = generate(net, told, 42, 43);
      assertThat(generate(net, told, 42, 43)).isEqualTo(first);
      assertThat(generate(net, told, 42, 44)).isNotEqualTo(first);
      assertThat(generate(net, features(SMALL, 2, rng), 42, 43)).isNotEqualTo(first);
      assertThat(generate(net, Conditions.NONE, 42, 43)).isNotEqualTo(first);
      for (float value : first) {
        assertThat(value).isFinite();
      }
    }
    net.close();
  }
}
