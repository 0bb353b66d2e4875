package kinetone.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.process.VarianceType;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.Respacing;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerPropertyTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<Sampler> samplers() {
    Respacing eight = Respacing.of("8", 1000);
    return Stream.of(
        new DdpmSampler(SCHEDULE, eight, VarianceType.FIXED_SMALL),
        new DdpmSampler(SCHEDULE, eight, VarianceType.LEARNED_RANGE),
        new DdimSampler(SCHEDULE, eight, 0),
        new DdimSampler(SCHEDULE, eight, 1),
        new DpmSolverPlusPlus2M(SCHEDULE, 8),
        new DpmSolverPlusPlus2M(SCHEDULE, 12));
  }

  private static TaskMask mask(Task task) {
    return TaskMask.of(task, Fixtures.MONOLOGUES);
  }

  private static Latents run(Sampler sampler, Task task, long... examples) {
    try (SeededNoise noise = SeededNoise.of(examples)) {
      return sampler.sample(
          SamplingRequest.of(Fixtures.mixing(), Fixtures.latents(examples), mask(task), noise)
              .withSelfConditioning(SelfConditioning.ofRate(0.9)));
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void a_batch_of_three_equals_three_batches_of_one_bit_for_bit(Sampler sampler) {
    Task task = new Task.Continue(0.625);
    Latents together = run(sampler, task, 11, 12, 13);
    for (int b = 0; b < 3; b++) {
      int row = b;
      Latents alone = run(sampler, task, 11 + b);
      assertThat(Fixtures.identical(together.map(t -> t.narrow(0, row, 1)), alone)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void the_condition_comes_out_bit_for_bit_and_the_rest_is_new(Sampler sampler) {
    for (Task task :
        List.of(
            new Task.AudioToVideo(),
            new Task.VideoToAudio(),
            new Task.Continue(0.125),
            new Task.Inpaint(0.125, 1.625))) {
      Latents given = Fixtures.latents(1, 2);
      Latents made = run(sampler, task, 1, 2);
      Latents zeros = given.map(torch::zeros_like);
      TaskMask mask = mask(task);
      assertThat(Fixtures.identical(mask.select(zeros, made), mask.select(zeros, given))).isTrue();
      assertThat(Fixtures.identical(made, given)).isFalse();
      assertThat(made.modalities()).allMatch(m -> made.get(m).isfinite().all().item_bool());
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void what_stands_at_generated_positions_beforehand_does_not_matter(Sampler sampler) {
    TaskMask mask = mask(new Task.Continue(0.125));
    Latents given = Fixtures.latents(5);
    Latents spoiled = mask.select(given.map(t -> t.mul(new Scalar(Double.NaN))), given);
    try (SeededNoise a = SeededNoise.of(5);
        SeededNoise b = SeededNoise.of(5)) {
      Latents first = sampler.sample(SamplingRequest.of(Fixtures.mixing(), given, mask, a));
      Latents second = sampler.sample(SamplingRequest.of(Fixtures.mixing(), spoiled, mask, b));
      assertThat(Fixtures.identical(first, second)).isTrue();
    }
  }

  /** With data N(0, s²) the flow multiplies the initial noise by √(ᾱ_0 s² + 1 − ᾱ_0) / 1. */
  @Test
  void deterministic_samplers_solve_the_gaussian_case() {
    double deviation = 0.5;
    Latents given = Fixtures.latents(3);
    TaskMask all = mask(new Task.Joint());
    Denoiser optimal = Fixtures.gaussian(SCHEDULE, deviation);
    for (Sampler sampler :
        List.of(
            DdimSampler.deterministic(SCHEDULE, 1000), new DpmSolverPlusPlus2M(SCHEDULE, 100))) {
      try (SeededNoise noise = SeededNoise.of(3);
          SeededNoise same = SeededNoise.of(3)) {
        Latents made = sampler.sample(SamplingRequest.of(optimal, given, all, noise));
        Tensor start = same.like(given).video();
        Tensor expected = start.mul(new Scalar(deviation));
        double error = made.video().sub(expected).abs().max().item_float();
        assertThat(error).isLessThan(0.02 * start.abs().max().item_float());
      }
    }
  }

  @Test
  void deterministic_sampling_draws_no_noise_but_the_first() {
    for (Sampler sampler :
        List.of(DdimSampler.deterministic(SCHEDULE, 8), new DpmSolverPlusPlus2M(SCHEDULE, 8))) {
      int[] draws = {0};
      NoiseSource counting =
          latents -> {
            draws[0]++;
            return latents.map(torch::ones_like);
          };
      sampler.sample(
          SamplingRequest.of(
              Fixtures.formula(), Fixtures.latents(1), mask(new Task.Joint()), counting));
      assertThat(draws[0]).isEqualTo(1);
    }
  }

  @Test
  void self_conditioning_tells_zeros_first_then_estimates_and_always_the_condition() {
    List<float[]> estimates = new ArrayList<>();
    Denoiser spy =
        (noisy, levels, conditions) -> {
          estimates.add(Tensors.toFloats(conditions.selfConditioning().orElseThrow().video()));
          return Fixtures.formula().predict(noisy, levels, conditions);
        };
    Latents given = Fixtures.latents(4);
    float[] clean = Tensors.toFloats(given.video());
    try (SeededNoise noise = SeededNoise.of(4)) {
      DdimSampler.deterministic(SCHEDULE, 3)
          .sample(
              SamplingRequest.of(spy, given, mask(new Task.Continue(0.125)), noise)
                  .withSelfConditioning(new SelfConditioning(0.9, 1.5)));
    }
    assertThat(estimates).hasSize(3);
    for (float[] step : estimates) {
      assertThat(java.util.Arrays.copyOf(step, 12))
          .containsExactly(java.util.Arrays.copyOf(clean, 12));
    }
    assertThat(java.util.Arrays.copyOfRange(estimates.get(0), 12, 60)).containsOnly(0f);
    for (float value : java.util.Arrays.copyOfRange(estimates.get(1), 12, 60)) {
      assertThat(Math.abs(value)).isBetween(1e-9f, 1.5f);
    }
  }

  @Test
  void a_listener_hears_every_step_and_can_cancel() {
    List<String> heard = new ArrayList<>();
    try (SeededNoise noise = SeededNoise.of(4)) {
      SamplingRequest request =
          SamplingRequest.of(
              Fixtures.formula(), Fixtures.latents(4), mask(new Task.Joint()), noise);
      Sampler sampler = DdimSampler.deterministic(SCHEDULE, 3);
      sampler.sample(request.withListener((step, steps) -> heard.add(step + "/" + steps)));
      assertThat(heard).containsExactly("0/3", "1/3", "2/3", "3/3");
      assertThatThrownBy(
              () ->
                  sampler.sample(
                      request.withListener(
                          (step, steps) -> {
                            if (step == 2) {
                              throw new CancellationException("enough");
                            }
                          })))
          .isInstanceOf(CancellationException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void native_memory_does_not_grow_over_the_steps(Sampler sampler) {
    run(sampler, new Task.Joint(), 1);
    List<Long> pointers = new ArrayList<>();
    Latents given = Fixtures.latents(1);
    try (SeededNoise noise = SeededNoise.of(1)) {
      sampler.sample(
          SamplingRequest.of(Fixtures.mixing(), given, mask(new Task.Continue(0.125)), noise)
              .withSelfConditioning(SelfConditioning.ofRate(0.9))
              .withListener((step, steps) -> pointers.add(Pointer.totalCount())));
    }
    assertThat(pointers.get(pointers.size() - 1)).isLessThanOrEqualTo(pointers.get(2) + 2);
  }

  @Test
  void the_result_belongs_to_the_scope_of_the_caller() {
    Latents made;
    try (TensorScope inner = TensorScope.open()) {
      made = run(DdimSampler.deterministic(SCHEDULE, 2), new Task.Joint(), 1);
      assertThat(made.video().isNull()).isFalse();
    }
    assertThat(made.video().isNull()).isTrue();
  }
}
