package kinetone.diffusion.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Goldens;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.PerSegmentAndModality.AudioSegments;
import kinetone.diffusion.timestep.TaskSpecific;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);
  private static final TimestepSampler MIXTURE =
      Fixtures.monl(1000, Fixtures.MONOLOGUES, AudioSegments.LATENT);

  private TensorScope scope;
  private Rng rng;

  @BeforeEach
  void open() {
    rng = new Rng(5);
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  private static DiffusionObjective objective(TimestepSampler timesteps, double rate) {
    return new DiffusionObjective(
        SCHEDULE, timesteps, SelfConditioning.ofRate(rate), NoiseLoss.PLAIN);
  }

  @Test
  void predicting_zero_costs_the_variance_of_the_noise() {
    Denoiser zero =
        (noisy, levels, conditions) -> Denoiser.Prediction.ofNoise(noisy.map(torch::zeros_like));
    DenoisingLoss.Value value =
        objective(MIXTURE, 0).of(zero, Fixtures.latents(1, 2, 3, 4), Conditions.NONE, rng);
    assertThat(value.total().item_float()).isBetween(0.9f, 1.1f);
    assertThat(value.parts()).containsOnlyKeys("video", "audio");
  }

  @Test
  void all_elements_weigh_the_same_or_all_modalities_do() {
    Latents clean = Fixtures.latents(1);
    // Errors of 1 in 60 picture elements and 2 in 428 sound elements.
    Latents zeros = clean.map(torch::zeros_like);
    Latents error = Latents.of(torch.ones_like(clean.video()), full(clean.audio(), 2));
    NoiseLevels levels = TaskMask.of(new Task.Joint(), Fixtures.MONOLOGUES).levels(9, clean);
    DenoisingLoss.Sample sample = new DenoisingLoss.Sample(clean, zeros, clean, levels);
    Denoiser.Prediction prediction = Denoiser.Prediction.ofNoise(error);
    assertThat(NoiseLoss.PLAIN.of(sample, prediction).total().item_double())
        .isCloseTo((60 + 428 * 4) / 488.0, Offset.offset(1e-5));
    assertThat(
            new NoiseLoss(Weighting.SUM_OF_MODALITIES, Counted.ALL)
                .of(sample, prediction)
                .total()
                .item_double())
        .isCloseTo(5, Offset.offset(1e-5));
  }

  @Test
  void task_specific_losses_count_the_generated_part_only() {
    Latents clean = Fixtures.latents(1);
    NoiseLevels levels = TaskMask.of(new Task.VideoToAudio(), Fixtures.MONOLOGUES).levels(9, clean);
    Latents zeros = clean.map(torch::zeros_like);
    Latents error = Latents.of(full(clean.video(), Double.NaN), full(clean.audio(), 2));
    DenoisingLoss.Value value =
        new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.NOISY)
            .of(
                new DenoisingLoss.Sample(clean, zeros, clean, levels),
                Denoiser.Prediction.ofNoise(error));
    assertThat(value.total().item_float()).isEqualTo(4);
    assertThat(value.parts().get("video").item_float()).isZero();
  }

  @Test
  void min_snr_weighs_low_noise_down() {
    Latents clean = Fixtures.audio(new float[3], 1, 3, 1);
    NoiseLevels levels =
        NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(new long[] {0, 1, 1000}, 1, 3)));
    PositionWeight minSnr = new MinSnr(SCHEDULE, 5);
    float[] weights =
        Tensors.toFloats(minSnr.apply(torch.ones_like(clean.audio()), levels.get(Modality.AUDIO)));
    // SNR is 9999 at t = 1 and 4e-5 at t = 1000.
    assertThat(weights[0]).isZero();
    assertThat(weights[1]).isCloseTo(5 / 9999f, Offset.offset(1e-6f));
    assertThat(weights[2]).isEqualTo(1);
    DenoisingLoss.Sample sample =
        new DenoisingLoss.Sample(clean, clean, clean.map(torch::ones_like), levels);
    Denoiser.Prediction ones = Denoiser.Prediction.ofNoise(clean.map(torch::ones_like));
    assertThat(
            new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL, minSnr)
                .of(sample, ones)
                .total()
                .item_double())
        .isCloseTo((1 + 5 / 9999.0) / 3, Offset.offset(1e-5));
  }

  private static Tensor full(Tensor like, double value) {
    return torch.full_like(like, new Scalar(value));
  }

  @Test
  void self_conditioning_makes_a_first_pass_without_gradient() {
    Tensor weight = Tensors.of(new float[] {0.3f}, 1).set_requires_grad(true);
    List<Latents> estimates = new ArrayList<>();
    List<Boolean> gradients = new ArrayList<>();
    Denoiser network =
        (noisy, levels, conditions) -> {
          estimates.add(conditions.selfConditioning().orElseThrow());
          Latents noise = noisy.map(z -> z.mul(weight));
          gradients.add(noise.video().requires_grad());
          return Denoiser.Prediction.ofNoise(noise);
        };
    TaskMask mask = TaskMask.of(new Task.Continue(0.625), Fixtures.MONOLOGUES);
    TimestepSampler task = new TaskSpecific(1000, mask, Fixtures.MONOLOGUES.lengths());
    Latents clean = Fixtures.latents(1, 2);
    DenoisingLoss.Value value = objective(task, 1).of(network, clean, Conditions.NONE, rng);
    assertThat(gradients).containsExactly(false, true);
    assertThat(Tensors.toFloats(estimates.get(0).audio())).containsOnly(0f);
    assertThat(estimates.get(1).audio().requires_grad()).isFalse();
    Latents zeros = clean.map(torch::zeros_like);
    assertThat(Fixtures.identical(mask.select(zeros, estimates.get(1)), mask.select(zeros, clean)))
        .isTrue();
    value.total().backward();
    assertThat(weight.grad().item_float()).isNotZero();
  }

  @Test
  void without_self_conditioning_one_pass_is_told_nothing() {
    int[] passes = {0};
    Denoiser network =
        (noisy, levels, conditions) -> {
          passes[0]++;
          assertThat(conditions.selfConditioning()).isEmpty();
          return Denoiser.Prediction.ofNoise(noisy);
        };
    objective(MIXTURE, 0).of(network, Fixtures.latents(1), Conditions.NONE, rng);
    assertThat(passes[0]).isEqualTo(1);
  }

  @Test
  void a_seed_determines_the_loss() {
    Latents clean = Fixtures.latents(1, 2);
    float[] losses = new float[2];
    for (int i = 0; i < 2; i++) {
      try (Rng same = new Rng(8)) {
        losses[i] =
            objective(MIXTURE, 0.9)
                .of(Fixtures.formula(), clean, Conditions.NONE, same)
                .total()
                .item_float();
      }
    }
    assertThat(losses[0]).isEqualTo(losses[1]);
  }

  /** One timestep and one example at a time, against DiT's training_losses. */
  @Test
  void the_hybrid_loss_is_that_of_dit() {
    float[] mse = new float[4];
    float[] bound = new float[4];
    float[] wrong = new float[4];
    float[] clean = Goldens.get("loss_clean");
    float[] noise = Goldens.get("q_noise");
    float[] t = Goldens.get("q_t");
    for (int i = 0; i < 4; i++) {
      mse[i] = hybrid(i, clean, noise, (long) t[i] + 1).get("audio").item_float();
      bound[i] = hybrid(i, clean, noise, (long) t[i] + 1).get("audio_vlb").item_float();
      wrong[i] =
          hybrid(i, clean, noise, (long) t[i] + (i == 3 ? 0 : 2)).get("audio_vlb").item_float();
    }
    Goldens.assertMatches(mse, "loss_mse");
    for (int i = 0; i < 4; i++) {
      float expected = Goldens.get("loss_vlb")[i];
      assertThat(bound[i]).isCloseTo(expected, Offset.offset(2e-3f * Math.abs(expected) + 1e-6f));
      assertThat(Math.abs(wrong[i] - expected)).isGreaterThan(2e-3f * Math.abs(expected) + 1e-6f);
    }
  }

  private static Map<String, Tensor> hybrid(int row, float[] clean, float[] noise, long t) {
    Latents x = Fixtures.audio(java.util.Arrays.copyOfRange(clean, row * 3, row * 3 + 3), 1, 1, 3);
    Latents e = Fixtures.audio(java.util.Arrays.copyOfRange(noise, row * 3, row * 3 + 3), 1, 1, 3);
    NoiseLevels levels = NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(new long[] {t}, 1, 1)));
    Latents noisy = new ForwardProcess(SCHEDULE).q(x, e, levels);
    return new HybridLoss(SCHEDULE, NoiseLoss.PLAIN)
        .of(
            new DenoisingLoss.Sample(x, e, noisy, levels),
            Fixtures.formula().predict(noisy, levels, Conditions.NONE))
        .parts();
  }

  @Test
  void the_hybrid_loss_needs_a_predicted_variance() {
    Latents x = Fixtures.latents(1);
    NoiseLevels levels = TaskMask.of(new Task.Joint(), Fixtures.MONOLOGUES).levels(9, x);
    assertThatThrownBy(
            () ->
                new HybridLoss(SCHEDULE, NoiseLoss.PLAIN)
                    .of(new DenoisingLoss.Sample(x, x, x, levels), Denoiser.Prediction.ofNoise(x)))
        .hasMessageContaining("no variance");
  }
}
