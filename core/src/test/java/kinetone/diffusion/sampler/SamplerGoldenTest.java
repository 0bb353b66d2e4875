package kinetone.diffusion.sampler;

import java.util.Arrays;
import java.util.Map;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Goldens;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.VarianceType;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.Respacing;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole trajectories against DiT, diffusers and the authors' DPM-Solver, with recorded noise. */
class SamplerGoldenTest {
  private static final int BATCH = 2;
  private static final int CHANNELS = 6;

  private final NoiseSchedule schedule = new LinearBetaSchedule(1000);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The recorded start and then the recorded noise of each step. */
  private static NoiseSource recorded() {
    int[] calls = {0};
    return latents -> {
      int size = BATCH * CHANNELS;
      int k = calls[0]++;
      float[] values =
          k == 0
              ? Goldens.get("start")
              : Arrays.copyOfRange(Goldens.get("noise"), (k - 1) * size, k * size);
      return Fixtures.audio(values, BATCH, 1, CHANNELS);
    };
  }

  private static Tensor run(Sampler sampler, Denoiser denoiser) {
    Latents empty = Fixtures.audio(new float[BATCH * CHANNELS], BATCH, 1, CHANNELS);
    TaskMask all = TaskMask.all(Map.of(Modality.AUDIO, 1));
    return sampler.sample(SamplingRequest.of(denoiser, empty, all, recorded())).audio();
  }

  private static Tensor run(Sampler sampler) {
    return run(sampler, Fixtures.formula());
  }

  private DdpmSampler ddpm(VarianceType variance, String steps) {
    return new DdpmSampler(schedule, Respacing.of(steps, 1000), variance);
  }

  private DdimSampler ddim(double eta, String steps) {
    return new DdimSampler(schedule, Respacing.of(steps, 1000), eta);
  }

  @Test
  void ddpm_is_that_of_dit_for_all_three_variances() {
    Goldens.assertMatches(run(ddpm(VarianceType.FIXED_SMALL, "10")), "dit_small");
    Goldens.assertMatches(run(ddpm(VarianceType.FIXED_LARGE, "10")), "dit_large");
    Goldens.assertMatches(run(ddpm(VarianceType.LEARNED_RANGE, "10")), "dit_learned");
    Goldens.assertDiffers(run(ddpm(VarianceType.FIXED_SMALL, "10")), "dit_learned");
    Goldens.assertDiffers(run(ddpm(VarianceType.FIXED_LARGE, "10")), "dit_small");
  }

  @Test
  void ddpm_is_that_of_diffusers() {
    Goldens.assertMatches(run(ddpm(VarianceType.FIXED_SMALL, "ddim10")), "ddpm");
    Goldens.assertDiffers(run(ddpm(VarianceType.FIXED_SMALL, "10")), "ddpm");
  }

  @Test
  void ddim_is_that_of_diffusers_and_of_dit() {
    Goldens.assertMatches(run(ddim(0, "ddim10")), "ddim_0");
    Goldens.assertMatches(run(ddim(0.7, "ddim10")), "ddim_07");
    Goldens.assertMatches(run(ddim(0.4, "10")), "dit_ddim");
    Goldens.assertDiffers(run(ddim(0.7, "ddim10")), "ddim_0");
  }

  @Test
  void dpm_solver_is_that_of_its_authors_with_many_and_with_few_steps() {
    Goldens.assertMatches(run(new DpmSolverPlusPlus2M(schedule, 25)), "dpm_25");
    Goldens.assertMatches(run(new DpmSolverPlusPlus2M(schedule, 6)), "dpm_6");
    Goldens.assertDiffers(run(new DpmSolverPlusPlus2M(schedule, 24)), "dpm_25");
    // First order throughout: DDIM at nearly the same times.
    Goldens.assertDiffers(run(ddim(0, "25")), "dpm_25");
  }

  @Test
  void a_network_that_is_told_the_wrong_time_is_noticed() {
    Denoiser late = Fixtures.shifted(0);
    Goldens.assertDiffers(run(ddim(0, "ddim10"), late), "ddim_0");
    Goldens.assertDiffers(run(ddpm(VarianceType.FIXED_SMALL, "10"), late), "dit_small");
    Goldens.assertDiffers(run(new DpmSolverPlusPlus2M(schedule, 25), late), "dpm_25");
  }
}
