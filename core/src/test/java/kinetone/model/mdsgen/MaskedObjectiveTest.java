package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.equal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MaskedObjectiveTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  private static final SmallMdsgen SMALL = SmallMdsgen.UNEVEN;

  @Test
  void the_objective_adds_lambda_times_the_masked_pass() {
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents clean = SMALL.latents(4, rng);
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
    Mdsgen net = SMALL.awake(1);
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
      loss(objective, net, SMALL.latents(4, rng), 3);
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

  /** Every draw again, in the order that the objective promises. */
  @Test
  void the_loss_is_that_of_two_passes_made_by_hand() {
    Mdsgen net = SMALL.awake(1);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2);
        Rng objectives = new Rng(6);
        Rng ours = new Rng(6)) {
      Latents clean = SMALL.latents(4, rng);
      Conditions features = SMALL.features(4, rng);
      Masking masking = new Masking.TemporalAware(0.3);
      Vanilla timesteps = new Vanilla(1000, Map.of(Modality.AUDIO, 7));
      ConditionDrop drop = new ConditionDrop(0.5);
      List<DenoisingLoss.Sample> samples = new ArrayList<>();
      List<Denoiser.Prediction> predictions = new ArrayList<>();
      DenoisingLoss spy =
          (sample, prediction) -> {
            samples.add(sample);
            predictions.add(prediction);
            return NoiseLoss.PLAIN.of(sample, prediction);
          };
      DenoisingLoss.Value value =
          new MaskedObjective(SCHEDULE, timesteps, spy, masking, 2, drop)
              .of(net, clean, features, objectives);

      ForwardProcess process = new ForwardProcess(SCHEDULE);
      NoiseLevels levels = timesteps.sample(4, ours);
      double total = 0;
      for (int pass = 0; pass < 2; pass++) {
        VisibleTokens visible =
            pass == 0 ? null : masking.draw(SMALL.config().latent(), 4, ours).orElseThrow();
        Latents noise = clean.map(x -> ours.normal(x.shape()));
        Conditions kept = drop.apply(features, 4, ours);
        assertThat(kept.keep()).isPresent();
        Latents noisy = process.q(clean, noise, levels);
        Denoiser network = pass == 0 ? net : net.masked(visible);
        Latents guess = network.predict(noisy, levels, kept).noise();
        assertThat(equal(samples.get(pass).noise().audio(), noise.audio())).isTrue();
        assertThat(equal(samples.get(pass).noisy().audio(), noisy.audio())).isTrue();
        assertThat(equal(predictions.get(pass).noise().audio(), guess.audio())).isTrue();
        Tensor error = guess.minus(noise).audio().square().mean();
        total += (pass == 0 ? 1 : 2) * error.item_double();
        assertThat(equal(net.predict(noisy, levels, features).noise().audio(), guess.audio()))
            .as("all features and all tokens")
            .isFalse();
      }
      assertThat(value.total().item_double()).isCloseTo(total, within(1e-5));
      assertThat(objectives.nextDouble()).as("nothing else is drawn").isEqualTo(ours.nextDouble());
    }
    net.close();
  }

  @Test
  void the_masked_objective_overfits_one_batch() {
    Mdsgen net = new Mdsgen(SMALL.config(), new Rng(1));
    MaskedObjective objective = MaskedObjective.ofMdsgen(SCHEDULE, 7, false);
    double[] losses = new double[30];
    AdamW adam = new AdamW(net.parameters(), new AdamWOptions(1e-2));
    for (int step = 0; step < losses.length; step++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(2)) {
        Latents clean = SMALL.latents(2, rng);
        net.zero_grad(true);
        DenoisingLoss.Value value = loss(objective, net, clean, 3);
        Differentiation.backward(value.total());
        adam.step();
        losses[step] = value.parts().get("audio").item_float();
      }
    }
    assertThat(losses[0]).isCloseTo(1, within(0.4));
    assertThat(losses[losses.length - 1]).isLessThan(losses[0] / 2);
    net.close();
  }

  private static DenoisingLoss.Value loss(
      MaskedObjective objective, Mdsgen net, Latents clean, long seed) {
    try (Rng rng = new Rng(seed)) {
      return objective.of(net, clean, SMALL.features((int) clean.batch(), rng), rng);
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
}
