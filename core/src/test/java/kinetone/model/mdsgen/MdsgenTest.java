package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.equal;

import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.sampler.DpmSolverPlusPlus2M;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.Autocast;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class MdsgenTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  private static final SmallMdsgen SMALL = SmallMdsgen.UNEVEN;

  @Test
  void output_has_the_shapes_of_the_input_in_full_and_masked_passes() {
    for (MdsgenConfig.Rows rows : MdsgenConfig.Rows.values()) {
      for (int length : new int[] {6, 7}) {
        SmallMdsgen small = SmallMdsgen.of(length, rows);
        Mdsgen net = small.awake(1);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard();
            Rng rng = new Rng(2)) {
          Latents noisy = small.latents(3, rng);
          for (Denoiser denoiser : new Denoiser[] {net, net.masked(small.mask(3, rng))}) {
            Denoiser.Prediction p =
                denoiser.predict(noisy, small.levels(3, rng), small.features(3, rng));
            assertThat(p.noise().audio().shape()).isEqualTo(noisy.audio().shape());
            assertThat(p.variance().orElseThrow().audio().shape()).isEqualTo(noisy.audio().shape());
            assertThat(SmallMdsgen.maxAbs(p.noise().audio())).isBetween(1e-3f, 100f);
          }
        }
        net.close();
      }
    }
  }

  @Test
  void every_parameter_receives_a_gradient_in_a_masked_pass() {
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Denoiser.Prediction p =
          net.masked(SMALL.mask(2, rng))
              .predict(SMALL.latents(2, rng), SMALL.levels(2, rng), SMALL.features(2, rng));
      Tensor target = SMALL.latents(2, rng).audio();
      torch
          .mse_loss(p.noise().audio(), target)
          .add(torch.mse_loss(p.variance().orElseThrow().audio(), target))
          .backward();
      StateDict.parameters(net)
          .forEach(
              (name, q) -> {
                assertThat(q.grad().defined()).as(name).isTrue();
                assertThat(SmallMdsgen.maxAbs(q.grad())).as(name).isGreaterThan(0);
              });
    }
    net.close();
  }

  @Test
  void permuting_the_batch_permutes_the_prediction() {
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor order = Tensors.of(new long[] {2, 0, 1}, 3);
      Latents noisy = SMALL.latents(3, rng);
      NoiseLevels levels = SMALL.levels(3, rng);
      Conditions conditions = SMALL.features(3, rng);
      VisibleTokens visible = SMALL.mask(3, rng);
      Latents straight = net.masked(visible).predict(noisy, levels, conditions).noise();
      Tensor t = levels.get(Modality.AUDIO).index_select(0, order);
      Latents permuted =
          net.masked(VisibleTokens.of(visible.kept().index_select(0, order), 12))
              .predict(
                  noisy.map(x -> x.index_select(0, order)),
                  NoiseLevels.of(Map.of(Modality.AUDIO, t)),
                  Conditions.NONE.withFeatures(
                      conditions.features().orElseThrow().index_select(0, order)))
              .noise();
      assertThat(
              SmallMdsgen.maxAbs(
                  straight.map(x -> x.index_select(0, order)).minus(permuted).audio()))
          .isLessThan(1e-5f);
    }
    net.close();
  }

  @Test
  void autocast_to_bf16_gives_nearly_the_same_prediction() {
    Mdsgen net = SMALL.awake(1);
    float[][] seen = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2);
          NoGradGuard noGrad = new NoGradGuard();
          Autocast autocast =
              Autocast.open(Devices.of("cpu"), i == 0 ? Precision.FP32 : Precision.BF16)) {
        Latents noise =
            net.masked(SMALL.mask(2, rng))
                .predict(SMALL.latents(2, rng), SMALL.levels(2, rng), SMALL.features(2, rng))
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
    Mdsgen net = new Mdsgen(SMALL.config(), new Rng(3));
    Mdsgen again = new Mdsgen(SMALL.config(), new Rng(3));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Map<String, Tensor> second = StateDict.of(again);
      StateDict.of(net)
          .forEach((name, t) -> assertThat(equal(t, second.get(name))).as(name).isTrue());
      Latents noise =
          net.predict(SMALL.latents(1, rng), SMALL.levels(1, rng), Conditions.NONE).noise();
      assertThat(SmallMdsgen.maxAbs(noise.audio())).isZero();
    }
    net.close();
    again.close();
  }

  @Test
  void latents_and_features_of_another_size_are_refused_with_both_shapes() {
    Mdsgen net = new Mdsgen(SMALL.config(), new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Latents wrong = Latents.of(Map.of(Modality.AUDIO, rng.normal(1, 7, 6, 3)));
      NoiseLevels levels = SMALL.levels(1, rng);
      assertThatThrownBy(() -> net.predict(wrong, levels, Conditions.NONE))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("audio latent has shape [1, 7, 6, 3]");
      Latents right = SMALL.latents(1, rng);
      assertThatThrownBy(
              () -> net.predict(right, levels, Conditions.NONE.withFeatures(rng.normal(1, 4, 5))))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("video features has shape [1, 4, 5]");
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
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Conditions conditions = SMALL.features(2, rng);
      float[] first = generate(net, conditions, 42, 43);
      assertThat(generate(net, conditions, 42, 43)).isEqualTo(first);
      assertThat(generate(net, conditions, 42, 44)).isNotEqualTo(first);
      assertThat(generate(net, SMALL.features(2, rng), 42, 43)).isNotEqualTo(first);
      assertThat(generate(net, Conditions.NONE, 42, 43)).isNotEqualTo(first);
      for (float value : first) {
        assertThat(value).isFinite();
      }
    }
    net.close();
  }
}
