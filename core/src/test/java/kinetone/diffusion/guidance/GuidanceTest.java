package kinetone.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.sampler.DdimSampler;
import kinetone.diffusion.sampler.DpmSolverPlusPlus2M;
import kinetone.diffusion.sampler.NoiseSource;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.Respacing;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuidanceTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);
  private static final NoiseSource SEVENS = l -> l.map(t -> torch.full_like(t, new Scalar(7.0)));

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Denoiser spy(List<Call> calls) {
    return Call.spy(
        calls,
        (noisy, levels, conditions) -> {
          double value = calls.size();
          return Denoiser.Prediction.ofNoise(noisy.map(t -> torch.full_like(t, new Scalar(value))));
        });
  }

  private static TaskMask mask(Task task) {
    return TaskMask.of(task, Fixtures.MONOLOGUES);
  }

  private static Latents run(Sampler sampler, Denoiser denoiser, Task task, long... examples) {
    try (SeededNoise noise = SeededNoise.of(examples)) {
      return sampler.sample(
          SamplingRequest.of(denoiser, Fixtures.latents(examples), mask(task), noise));
    }
  }

  @Test
  void the_condition_becomes_noise_at_T_in_the_unconditional_pass() {
    List<Call> calls = new ArrayList<>();
    Latents noisy = Fixtures.latents(1);
    TaskMask mask = mask(new Task.Continue(0.625));
    Conditions conditions = Conditions.NONE.withSelfConditioning(noisy);
    Latents guided =
        new NoisedConditionGuidance(spy(calls), SCHEDULE, 0.5, SEVENS)
            .predict(noisy, mask.levels(300, noisy), conditions)
            .noise();
    assertThat(calls).hasSize(2);
    assertThat(Tensors.toLongs(calls.get(0).levels().get(Modality.VIDEO)))
        .containsExactly(0, 0, 300, 300, 300);
    assertThat(Fixtures.identical(calls.get(0).noisy(), noisy)).isTrue();
    Call without = calls.get(1);
    assertThat(Tensors.toLongs(without.levels().get(Modality.VIDEO)))
        .containsExactly(1000, 1000, 300, 300, 300);
    assertThat(Tensors.toLongs(without.levels().get(Modality.AUDIO)))
        .startsWith(1000, 1000)
        .endsWith(300, 300);
    Latents sevens = SEVENS.like(noisy);
    assertThat(Fixtures.identical(without.noisy(), mask.select(noisy, sevens))).isTrue();
    Latents zeros = noisy.map(torch::zeros_like);
    assertThat(
            Fixtures.identical(
                without.conditions().selfConditioning().orElseThrow(), mask.select(noisy, zeros)))
        .isTrue();
    // 1.5 · 1 − 0.5 · 2 where generated, the conditional 1 elsewhere.
    Latents expected =
        mask.select(
            noisy.map(t -> torch.full_like(t, new Scalar(0.5))), noisy.map(torch::ones_like));
    assertThat(Fixtures.identical(guided, expected)).isTrue();
  }

  private static Latents video(Latents latents) {
    return Latents.of(Map.of(Modality.VIDEO, latents.video()));
  }

  @Test
  void scale_zero_is_no_guidance_bit_for_bit_and_other_scales_are_some() {
    Task task = new Task.Continue(0.625);
    Denoiser plain = Fixtures.mixing();
    for (Sampler sampler :
        List.of(DdimSampler.deterministic(SCHEDULE, 5), new DpmSolverPlusPlus2M(SCHEDULE, 5))) {
      Latents unguided = run(sampler, plain, task, 1, 2);
      try (SeededNoise a = SeededNoise.of(1, 2).fork(1);
          SeededNoise b = SeededNoise.of(1, 2).fork(1)) {
        Denoiser zero = new NoisedConditionGuidance(plain, SCHEDULE, 0, a);
        Denoiser two = new NoisedConditionGuidance(plain, SCHEDULE, 2, b);
        assertThat(Fixtures.identical(run(sampler, zero, task, 1, 2), unguided)).isTrue();
        Latents guided = run(sampler, two, task, 1, 2);
        assertThat(Fixtures.identical(guided, unguided)).isFalse();
        Latents zeros = unguided.map(torch::zeros_like);
        assertThat(
                Fixtures.identical(
                    mask(task).select(zeros, guided), mask(task).select(zeros, unguided)))
            .isTrue();
      }
    }
  }

  @Test
  void dropped_conditions_guide_in_the_form_of_dit_on_the_channels_asked_for() {
    Tensor features = Tensors.of(new float[] {3}, 1, 1, 1);
    Conditions full =
        new Conditions(Optional.empty(), Optional.of(features), Optional.empty(), Optional.empty());
    Denoiser denoiser =
        (noisy, levels, conditions) ->
            Denoiser.Prediction.ofNoise(
                noisy.map(
                    t ->
                        torch.full_like(
                            t, new Scalar(conditions.features().isPresent() ? 3.0 : 1.0))));
    Latents noisy = Fixtures.latents(1);
    NoiseLevels levels = mask(new Task.Joint()).levels(10, noisy);
    GuidanceScale four = new GuidanceScale.Constant(4);
    Latents all =
        new ClassifierFreeGuidance(
                denoiser, SCHEDULE, four, Conditions.NONE, ClassifierFreeGuidance.ALL_CHANNELS)
            .predict(noisy, levels, full)
            .noise();
    assertThat(Tensors.toFloats(all.audio())).containsOnly(9f);
    Latents some =
        new ClassifierFreeGuidance(denoiser, SCHEDULE, four, Conditions.NONE, 3)
            .predict(noisy, levels, full)
            .noise();
    assertThat(Tensors.toFloats(some.audio())).startsWith(9, 9, 9, 3, 9, 9, 9, 3);
    Latents one =
        new ClassifierFreeGuidance(
                denoiser, SCHEDULE, new GuidanceScale.Constant(1), Conditions.NONE, 0)
            .predict(noisy, levels, full)
            .noise();
    assertThat(Tensors.toFloats(one.audio())).containsOnly(3f);
  }

  @Test
  void mdsgens_dynamic_scale_is_practically_constant() {
    GuidanceScale scale = new GuidanceScale.PowerCosine(5, 0.01);
    assertThat(scale.at(1000, 1000)).isBetween(4.955, 4.957);
    assertThat(scale.at(901, 1000)).isBetween(4.994, 4.996);
    assertThat(new GuidanceScale.PowerCosine(5, 4).at(1000, 1000)).isBetween(0.99, 1.01);
  }

  @Test
  void replacement_shows_one_level_and_the_condition_with_fixed_noise() {
    List<Call> calls = new ArrayList<>();
    Latents given = Fixtures.latents(1);
    TaskMask mask = mask(new Task.AudioToVideo());
    Latents noise = SEVENS.like(given);
    Denoiser replacement = new Replacement(spy(calls), SCHEDULE, noise);
    replacement.predict(given, mask.levels(400, given), Conditions.NONE);
    replacement.predict(given, mask.fractionalLevels(400.5, given), Conditions.NONE);
    assertThat(Tensors.toLongs(calls.get(0).levels().get(Modality.AUDIO))).containsOnly(400);
    assertThat(Tensors.toFloats(calls.get(1).levels().get(Modality.AUDIO))).containsOnly(400.5f);
    float[] clean = Tensors.toFloats(given.audio());
    float[] seen = Tensors.toFloats(calls.get(0).noisy().audio());
    assertThat(seen[5])
        .isCloseTo(
            (float) (SCHEDULE.signal(400) * clean[5] + 7 * SCHEDULE.noise(400)),
            Offset.offset(1e-5f));
    assertThat(Fixtures.identical(video(calls.get(0).noisy()), video(given))).isTrue();
  }

  /** ε̂ depends on the sum of the modalities' means, so a wrong sound pulls on the picture. */
  private static Denoiser coupled() {
    return (noisy, levels, conditions) -> {
      Map<Modality, Tensor> epsilon = new EnumMap<>(Modality.class);
      Tensor video = noisy.video().mean();
      Tensor audio = noisy.audio().mean();
      epsilon.put(Modality.VIDEO, noisy.video().mul(new Scalar(0.5)).add(audio));
      epsilon.put(Modality.AUDIO, noisy.audio().mul(new Scalar(0.5)).add(video));
      return Denoiser.Prediction.ofNoise(Latents.of(epsilon));
    };
  }

  private static Latents reconstruct(
      ReconstructionGuidance.Form form, double scale, List<Long> pointers) {
    Task task = new Task.AudioToVideo();
    try (SeededNoise noise = SeededNoise.of(1);
        SeededNoise condition = noise.fork(2)) {
      return new ReconstructionGuidance(
              DdimSampler.deterministic(SCHEDULE, 6), form, scale, condition)
          .sample(
              SamplingRequest.of(coupled(), Fixtures.latents(1), mask(task), noise)
                  .withListener((step, steps) -> pointers.add(Pointer.totalCount())));
    }
  }

  @Test
  void reconstruction_guidance_pulls_and_keeps_the_condition() {
    List<Long> pointers = new ArrayList<>();
    Latents none = reconstruct(ReconstructionGuidance.Form.CODE, 0, pointers);
    pointers.clear();
    Latents code = reconstruct(ReconstructionGuidance.Form.CODE, 3, pointers);
    Latents paper = reconstruct(ReconstructionGuidance.Form.PAPER, 0.01, new ArrayList<>());
    assertThat(Fixtures.identical(video(code), video(none))).isFalse();
    assertThat(Fixtures.identical(video(code), video(paper))).isFalse();
    assertThat(torch.equal(code.audio(), Fixtures.latents(1).audio())).isTrue();
    assertThat(code.video().requires_grad()).isFalse();
    assertThat(pointers.get(5)).isLessThanOrEqualTo(pointers.get(2) + 2);
  }

  /** One step by hand: the gradient of the distance through a linear network. */
  @ParameterizedTest
  @EnumSource
  void reconstruction_guidance_takes_the_gradient_step_of_either_form(
      ReconstructionGuidance.Form form) {
    double scale = 2;
    Latents given =
        Latents.of(
            Tensors.of(new float[] {9}, 1, 1, 1, 1, 1), Tensors.of(new float[] {0.5f}, 1, 1, 1));
    NoiseSource start = l -> l.map(torch::ones_like);
    NoiseSource zero = l -> l.map(torch::zeros_like);
    // ε̂_audio = ε̂_video = z_video.
    Denoiser copy =
        (noisy, levels, conditions) ->
            Denoiser.Prediction.ofNoise(Latents.of(noisy.video(), noisy.video().reshape(1, 1, 1)));
    TaskMask mask =
        TaskMask.of(
            Map.of(Modality.VIDEO, new boolean[] {true}, Modality.AUDIO, new boolean[] {false}));
    List<Float> seen = new ArrayList<>();
    Denoiser spy =
        (noisy, levels, conditions) -> {
          seen.add(noisy.video().item_float());
          return copy.predict(noisy, levels, conditions);
        };
    var twoSteps = new DdimSampler(SCHEDULE, Respacing.of("1,1", 400), 0);
    assertThat(twoSteps.respacing().timesteps()).containsExactly(1, 201);
    new ReconstructionGuidance(twoSteps, form, scale, zero)
        .sample(SamplingRequest.of(spy, given, mask, start));
    assertThat(seen).hasSize(2);
    boolean paper = form == ReconstructionGuidance.Form.PAPER;
    double right = paper ? SCHEDULE.noise(1) : SCHEDULE.signal(201);
    double wrong = paper ? SCHEDULE.noise(201) : SCHEDULE.signal(1);
    assertThat(seen.get(1)).isCloseTo((float) expected(scale * right), Offset.offset(1e-5f));
    assertThat(seen.get(1)).isNotCloseTo((float) expected(scale * wrong), Offset.offset(1e-3f));
  }

  /** The paper sums the squares of what is given, the code takes their mean. */
  @ParameterizedTest
  @EnumSource
  void reconstruction_guidance_sums_or_averages_over_given_elements_only(
      ReconstructionGuidance.Form form) {
    double scale = 0.1;
    Latents given =
        Latents.of(
            Tensors.of(new float[] {9}, 1, 1, 1, 1, 1),
            Tensors.of(new float[] {0.5f, 0.5f, 0.5f, 0.5f, 7, 7}, 1, 3, 2));
    NoiseSource start = l -> l.map(torch::ones_like);
    NoiseSource zero = l -> l.map(torch::zeros_like);
    List<Float> seen = new ArrayList<>();
    // ε̂ = z_video everywhere: each of the four given elements is as wrong as one was above.
    Denoiser copy =
        (noisy, levels, conditions) -> {
          seen.add(noisy.video().item_float());
          Tensor everywhere = noisy.video().reshape(1, 1, 1).expand(1, 3, 2);
          return Denoiser.Prediction.ofNoise(Latents.of(noisy.video(), everywhere));
        };
    TaskMask mask =
        TaskMask.of(
            Map.of(
                Modality.VIDEO, new boolean[] {true},
                Modality.AUDIO, new boolean[] {false, false, true}));
    new ReconstructionGuidance(
            new DdimSampler(SCHEDULE, Respacing.of("1,1", 400), 0), form, scale, zero)
        .sample(SamplingRequest.of(copy, given, mask, start));
    boolean paper = form == ReconstructionGuidance.Form.PAPER;
    double weight = scale * (paper ? 4 * SCHEDULE.noise(1) : SCHEDULE.signal(201));
    assertThat(seen.get(1)).isCloseTo((float) expected(weight), Offset.offset(1e-5f));
  }

  /** DDIM from 201 to 1 is next = p z + q ε̂ with the picture z = ε̂ = 1. */
  private static double expected(double weight) {
    double p = SCHEDULE.signal(1) / SCHEDULE.signal(201);
    double q = SCHEDULE.noise(1) - p * SCHEDULE.noise(201);
    double difference = p * 0.5 * SCHEDULE.signal(201) + q - 0.5 * SCHEDULE.signal(1);
    return p + q - weight * 2 * difference * q;
  }

  /**
   * Data N(0, s²), of which y = x_0 + noise N(0, τ²) is known: guidance of the optimal denoiser by
   * the true p(y | z_t) must be the optimal denoiser of the posterior N(m, r²).
   */
  @Test
  void classifier_guidance_by_the_true_likelihood_is_the_denoiser_of_the_posterior() {
    double s = 0.8;
    double tau = 0.5;
    double y = 1.5;
    double r = Math.sqrt(s * s * tau * tau / (s * s + tau * tau));
    double m = y * s * s / (s * s + tau * tau);
    Denoiser prior = Fixtures.gaussian(SCHEDULE, s);
    Denoiser guided = guidedBy(prior, 1, s, tau, y);
    Latents noisy = Fixtures.latents(1);
    for (int t : new int[] {1, 50, 400, 1000}) {
      double a = SCHEDULE.alphaBar(t);
      NoiseLevels levels = mask(new Task.Joint()).levels(t, noisy);
      Latents right =
          noisy.map(
              z ->
                  z.sub(new Scalar(Math.sqrt(a) * m))
                      .mul(new Scalar(Math.sqrt(1 - a) / (a * r * r + 1 - a))));
      assertThat(error(guided.predict(noisy, levels, Conditions.NONE).noise(), right))
          .as("t = %d", t)
          .isLessThan(2e-4);
      if (t < 1000) {
        Latents against =
            guidedBy(prior, 2, s, tau, y).predict(noisy, levels, Conditions.NONE).noise();
        assertThat(error(against, right)).as("twice the scale").isGreaterThan(1e-2);
      }
    }
    assertThat(
            guided
                .predict(noisy, mask(new Task.Joint()).levels(9, noisy), Conditions.NONE)
                .noise()
                .audio()
                .requires_grad())
        .isFalse();
  }

  @Test
  void classifier_guidance_leaves_given_positions_alone_and_reads_fractional_levels() {
    Latents noisy = Fixtures.latents(1);
    Denoiser prior = Fixtures.gaussian(SCHEDULE, 1);
    // The slope is 3 everywhere in the sound, and the picture is not looked at.
    Denoiser guided =
        new ClassifierGuidance(
            prior,
            SCHEDULE,
            2,
            (z, levels, conditions) -> z.audio().flatten(1, -1).sum(1).mul(new Scalar(3.0)));
    TaskMask task = mask(new Task.Continue(0.625));
    NoiseLevels levels = task.fractionalLevels(400.5, noisy);
    Latents plain = prior.predict(noisy, levels, Conditions.NONE).noise();
    Latents moved = guided.predict(noisy, levels, Conditions.NONE).noise();
    assertThat(Fixtures.identical(video(moved), video(plain))).isTrue();
    float[] difference = Tensors.toFloats(plain.audio().sub(moved.audio()));
    double sigma = (SCHEDULE.noise(400) + SCHEDULE.noise(401)) / 2;
    assertThat(difference[0]).as("given").isZero();
    assertThat(difference[difference.length - 1])
        .isCloseTo((float) (6 * sigma), Offset.offset(1e-3f));
  }

  private static Denoiser guidedBy(Denoiser prior, double scale, double s, double tau, double y) {
    return new ClassifierGuidance(
        prior,
        SCHEDULE,
        scale,
        (noisy, levels, conditions) -> {
          double a = SCHEDULE.alphaBar((int) levels.get(Modality.AUDIO).max().item_long());
          double total = a * s * s + 1 - a;
          double slope = Math.sqrt(a) * s * s / total;
          double variance = s * s * (1 - a) / total + tau * tau;
          Tensor sum = null;
          for (Modality modality : noisy.modalities()) {
            Tensor squares = noisy.get(modality).mul(new Scalar(slope)).sub(new Scalar(y)).square();
            Tensor log = squares.flatten(1, -1).sum(1).mul(new Scalar(-0.5 / variance));
            sum = sum == null ? log : sum.add(log);
          }
          return sum;
        });
  }

  private static double error(Latents actual, Latents expected) {
    double largest = 0;
    for (Modality modality : expected.modalities()) {
      Tensor difference = actual.get(modality).sub(expected.get(modality)).abs();
      largest = Math.max(largest, difference.max().item_float());
    }
    return largest;
  }

  @Test
  void reconstruction_guidance_needs_a_condition() {
    assertThatThrownBy(
            () -> {
              try (SeededNoise noise = SeededNoise.of(1)) {
                new ReconstructionGuidance(
                        DdimSampler.deterministic(SCHEDULE, 2),
                        ReconstructionGuidance.Form.CODE,
                        1,
                        noise)
                    .sample(
                        SamplingRequest.of(
                            coupled(), Fixtures.latents(1), mask(new Task.Joint()), noise));
              }
            })
        .hasMessageContaining("needs a condition");
  }

  @Test
  void two_passes_as_one_batch_say_what_they_say_apart() {
    Latents noisy = Fixtures.latents(1, 2);
    NoiseLevels levels = mask(new Task.VideoToAudio()).levels(700, noisy);
    Conditions told = Conditions.NONE.withLabels(Tensors.of(new long[] {3, 4}, 2));
    List<Call> calls = new ArrayList<>();
    Denoiser network =
        Call.spy(
            calls,
            (z, t, conditions) -> {
              Denoiser.Prediction own = Fixtures.mixing().predict(z, t, conditions);
              return new Denoiser.Prediction(own.noise().plus(seen(z, conditions)), own.variance());
            });

    Denoiser.Prediction apart = guided(network, Batching.APART).predict(noisy, levels, told);
    Denoiser.Prediction joined = guided(network, Batching.JOINED).predict(noisy, levels, told);
    Denoiser.Prediction here = guided(network, Batching.BY_DEVICE).predict(noisy, levels, told);

    for (Modality modality : noisy.modalities()) {
      assertThat(joined.noise().get(modality).equal(apart.noise().get(modality))).isTrue();
      assertThat(joined.variance().get().get(modality).equal(apart.variance().get().get(modality)))
          .isTrue();
      assertThat(here.noise().get(modality).equal(apart.noise().get(modality))).isTrue();
    }
    // On the CPU the device chooses two passes.
    assertThat(calls.stream().map(call -> call.noisy().batch()))
        .containsExactly(2L, 2L, 4L, 2L, 2L);
    assertThat(Tensors.toFloats(calls.get(2).conditions().keep().get()))
        .containsExactly(1f, 1f, 0f, 0f);
  }

  @Test
  void a_dropped_text_of_as_many_tokens_is_one_batch_with_the_true_one() {
    Latents noisy = Fixtures.latents(1, 2);
    NoiseLevels levels = mask(new Task.VideoToAudio()).levels(700, noisy);
    Conditions told = Conditions.NONE.withText(text(3));
    Conditions dropped = told.withKeep(Tensors.of(new long[] {0, 0}, 2).to(torch.ScalarType.Bool));
    List<Call> calls = new ArrayList<>();
    Denoiser network = Call.spy(calls, Fixtures.mixing());
    for (Conditions without : List.of(dropped, Conditions.NONE.withText(text(2)))) {
      new ClassifierFreeGuidance(
              network,
              SCHEDULE,
              new GuidanceScale.Constant(3),
              without,
              ClassifierFreeGuidance.ALL_CHANNELS,
              Batching.JOINED)
          .predict(noisy, levels, told);
    }
    // Texts of other lengths would need padding: they are heard apart.
    assertThat(calls.stream().map(call -> call.noisy().batch())).containsExactly(4L, 2L, 2L);
    Conditions both = calls.get(0).conditions();
    assertThat(both.text().orElseThrow().mask().shape()).containsExactly(4, 3);
    assertThat(Tensors.toFloats(both.keep().orElseThrow())).containsExactly(1f, 1f, 0f, 0f);
  }

  private static Conditions.Text text(int tokens) {
    return new Conditions.Text(
        torch.ones(2, tokens, 4), torch.ones(2, tokens).to(torch.ScalarType.Bool));
  }

  @Test
  void a_condition_made_noise_is_one_batch_with_the_true_one() {
    Latents noisy = Fixtures.latents(1);
    NoiseLevels levels = mask(new Task.VideoToAudio()).levels(700, noisy);
    List<Latents> made = new ArrayList<>();
    for (Batching batching : List.of(Batching.APART, Batching.JOINED)) {
      made.add(
          new NoisedConditionGuidance(Fixtures.mixing(), SCHEDULE, 2, SEVENS, batching)
              .predict(noisy, levels, Conditions.NONE.withSelfConditioning(Fixtures.latents(5)))
              .noise());
    }
    for (Modality modality : noisy.modalities()) {
      assertThat(made.get(1).get(modality).equal(made.get(0).get(modality))).isTrue();
    }
  }

  private static Denoiser guided(Denoiser network, Batching batching) {
    return new ClassifierFreeGuidance(
        network,
        SCHEDULE,
        new GuidanceScale.Constant(3),
        Conditions.NONE,
        ClassifierFreeGuidance.ALL_CHANNELS,
        batching);
  }

  /** A tenth of the label of each example that the network is told and sees. */
  private static Latents seen(Latents like, Conditions conditions) {
    return like.map(
        z -> {
          if (conditions.labels().isEmpty()) {
            return torch.zeros_like(z);
          }
          Tensor label = conditions.labels().get().to(z.scalar_type()).mul(new Scalar(0.1));
          Tensor shown =
              conditions.keep().map(keep -> label.mul(keep.to(z.scalar_type()))).orElse(label);
          long[] shape = new long[z.shape().length];
          java.util.Arrays.fill(shape, 1);
          shape[0] = z.size(0);
          return torch.zeros_like(z).add(shown.view(shape));
        });
  }
}
