package kinetone.diffusion.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the objective shows the network and the loss. */
class DiffusionObjectiveTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  /** One example, two frames and three sounds; some positions given. */
  private static final TimestepSampler LEVELS =
      (batch, rng) ->
          NoiseLevels.of(
              Map.of(
                  Modality.VIDEO, Tensors.of(new long[] {0, 300}, 1, 2),
                  Modality.AUDIO, Tensors.of(new long[] {1000, 0, 700}, 1, 3)));

  private record Asked(
      Latents noisy, NoiseLevels levels, Conditions conditions, boolean differentiable) {}

  private final List<Asked> asked = new ArrayList<>();
  private final List<DenoisingLoss.Sample> samples = new ArrayList<>();
  private final List<Denoiser.Prediction> predictions = new ArrayList<>();
  private TensorScope scope;
  private Latents clean;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
    try (Rng rng = new Rng(12)) {
      clean = Latents.of(rng.normal(1, 2, 1, 1, 2), rng.normal(1, 3, 2));
    }
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** ε̂ = z / 2, and every question written down. */
  private Denoiser spy() {
    Denoiser half = (noisy, levels, conditions) -> Denoiser.Prediction.ofNoise(noisy.times(0.5));
    return (noisy, levels, conditions) -> {
      asked.add(new Asked(noisy, levels, conditions, GradMode.is_enabled()));
      Denoiser.Prediction prediction = half.predict(noisy, levels, conditions);
      predictions.add(prediction);
      return prediction;
    };
  }

  private DenoisingLoss.Value value(SelfConditioning selfConditioning, Conditions given, Rng rng) {
    DenoisingLoss loss =
        (sample, prediction) -> {
          samples.add(sample);
          assertThat(prediction).isSameAs(predictions.get(predictions.size() - 1));
          return NoiseLoss.PLAIN.of(sample, prediction);
        };
    return new DiffusionObjective(SCHEDULE, LEVELS, selfConditioning, loss)
        .of(spy(), clean, given, rng);
  }

  private static Conditions conditions() {
    return Conditions.NONE
        .withFeatures(Tensors.of(new float[] {1, 2}, 1, 1, 2))
        .withKeep(Tensors.of(new long[] {1}, 1));
  }

  @Test
  void network_and_loss_see_the_same_draw() {
    Conditions given = conditions();
    Tensor video;
    Tensor audio;
    try (Rng rng = new Rng(3);
        Rng same = new Rng(3)) {
      value(SelfConditioning.NONE, given, rng);
      // Noise is drawn in the order of the modalities, for given positions too.
      video = same.normal(1, 2, 1, 1, 2);
      audio = same.normal(1, 3, 2);
      assertThat(rng.nextDouble()).as("nothing else is drawn").isEqualTo(same.nextDouble());
    }
    assertThat(asked).hasSize(1);
    assertThat(samples).hasSize(1);
    DenoisingLoss.Sample sample = samples.get(0);
    assertThat(sample.clean()).isSameAs(clean);
    assertThat(Fixtures.identical(sample.noise(), Latents.of(video, audio))).isTrue();
    assertThat(asked.get(0).noisy()).isSameAs(sample.noisy());
    assertThat(asked.get(0).levels()).isSameAs(sample.levels());
    assertThat(Tensors.toLongs(sample.levels().get(Modality.VIDEO))).containsExactly(0, 300);
    assertThat(Tensors.toLongs(sample.levels().get(Modality.AUDIO))).containsExactly(1000, 0, 700);
    assertThat(asked.get(0).conditions()).isEqualTo(given);
    assertThat(asked.get(0).differentiable()).isTrue();

    // z = √ᾱ x_0 + √(1−ᾱ) ε, by hand; the given frame is x_0 itself.
    float[] noisy = Tensors.toFloats(sample.noisy().video());
    float[] x = Tensors.toFloats(clean.video());
    float[] e = Tensors.toFloats(video);
    for (int i = 0; i < 2; i++) {
      assertThat(noisy[i]).isEqualTo(x[i]);
      double expected = SCHEDULE.signal(300) * x[i + 2] + SCHEDULE.noise(300) * e[i + 2];
      assertThat((double) noisy[i + 2]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void the_first_pass_sees_zeros_and_the_second_its_clamped_estimate() {
    Conditions given = conditions();
    try (Rng rng = new Rng(3)) {
      value(new SelfConditioning(1, 1.5), given, rng);
    }
    assertThat(asked).hasSize(2);
    assertThat(samples).hasSize(1);
    Asked first = asked.get(0);
    Asked second = asked.get(1);
    assertThat(first.differentiable()).isFalse();
    assertThat(second.differentiable()).isTrue();
    assertThat(second.noisy()).isSameAs(first.noisy());
    assertThat(second.levels()).isSameAs(first.levels());
    for (Asked pass : asked) {
      assertThat(pass.conditions().features()).isEqualTo(given.features());
      assertThat(pass.conditions().keep()).isEqualTo(given.keep());
    }
    Latents zeros = first.conditions().selfConditioning().orElseThrow();
    assertThat(Fixtures.identical(zeros, clean.times(0))).isTrue();

    float[] z = Tensors.toFloats(second.noisy().audio());
    float[] estimate =
        Tensors.toFloats(second.conditions().selfConditioning().orElseThrow().audio());
    int[] levels = {1000, 0, 700};
    int clamped = 0;
    for (int i = 0; i < 6; i++) {
      int t = levels[i / 2];
      double raw = (z[i] - SCHEDULE.noise(t) * z[i] / 2) / SCHEDULE.signal(t);
      // A given position is shown as it is, clamped nowhere.
      double expected = t == 0 ? z[i] : Math.max(-1.5, Math.min(1.5, raw));
      clamped += t > 0 && Math.abs(raw) > 1.5 ? 1 : 0;
      assertThat((double) estimate[i]).isCloseTo(expected, within(1e-5));
    }
    assertThat(clamped).isPositive();
  }

  @Test
  void one_coin_per_call_decides_for_the_first_pass() {
    int passes = 0;
    for (int seed = 0; seed < 40; seed++) {
      asked.clear();
      try (Rng rng = new Rng(seed);
          Rng same = new Rng(seed)) {
        value(SelfConditioning.ofRate(0.5), Conditions.NONE, rng);
        same.normal(1, 2, 1, 1, 2);
        same.normal(1, 3, 2);
        boolean estimated = same.nextDouble() < 0.5;
        assertThat(asked).hasSize(estimated ? 2 : 1);
        assertThat(rng.nextDouble()).isEqualTo(same.nextDouble());
        Latents seen = asked.get(asked.size() - 1).conditions().selfConditioning().orElseThrow();
        assertThat(Fixtures.identical(seen, clean.times(0))).isEqualTo(!estimated);
        passes += asked.size();
      }
    }
    assertThat(passes).isBetween(50, 70);
  }

  @Test
  void the_estimate_carries_no_gradient_and_the_prediction_does() {
    Tensor weight = Tensors.of(new float[] {0.5f}, 1).set_requires_grad(true);
    List<Latents> estimates = new ArrayList<>();
    Denoiser network =
        (noisy, levels, conditions) -> {
          Latents seen = conditions.selfConditioning().orElseThrow();
          estimates.add(seen);
          // The weight counts through the estimate too, if that were differentiated.
          return Denoiser.Prediction.ofNoise(noisy.plus(seen).map(t -> t.mul(weight)));
        };
    DenoisingLoss linear =
        (sample, prediction) ->
            new DenoisingLoss.Value(
                prediction.noise().audio().sum().add(prediction.noise().video().sum()), Map.of());
    try (Rng rng = new Rng(3);
        AutoGradMode on = new AutoGradMode(true)) {
      DenoisingLoss.Value value =
          new DiffusionObjective(SCHEDULE, LEVELS, SelfConditioning.ofRate(1), linear)
              .of(network, clean, Conditions.NONE, rng);
      value.total().backward();
      double direct = value.total().item_double() / 0.5;
      assertThat(weight.grad().item_double()).isCloseTo(direct, within(1e-4 * Math.abs(direct)));
    }
    assertThat(estimates.get(1).audio().requires_grad()).isFalse();
  }

  @Test
  void given_levels_are_taken_as_they_are() {
    NoiseLevels levels = LEVELS.sample(1, null);
    TimestepSampler never =
        (batch, rng) -> {
          throw new AssertionError("timesteps were drawn");
        };
    try (Rng rng = new Rng(3)) {
      DenoisingLoss.Sample sample =
          new DiffusionObjective(SCHEDULE, never, SelfConditioning.NONE, NoiseLoss.PLAIN)
              .draw(clean, levels, rng);
      Latents again = new ForwardProcess(SCHEDULE).q(clean, sample.noise(), sample.levels());
      assertThat(Fixtures.identical(sample.noisy(), again)).isTrue();
    }
  }
}
