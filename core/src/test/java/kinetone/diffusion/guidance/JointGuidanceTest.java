package kinetone.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.sampler.NoiseSource;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JointGuidanceTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);
  private static final NoiseSource SEVENS = l -> l.map(t -> torch.full_like(t, new Scalar(7.0)));
  private static final int LEVEL = 300;

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static NoiseLevels levels(Latents noisy) {
    return TaskMask.of(new Task.Joint(), Fixtures.MONOLOGUES).levels(LEVEL, noisy);
  }

  private static Latents guided(Denoiser inner, Latents noisy, double scale) {
    return new JointGuidance(inner, SCHEDULE, scale, SEVENS)
        .predict(noisy, levels(noisy), Conditions.NONE)
        .noise();
  }

  /** ε̂ of each modality is half of its own latent plus all of the other's. */
  private static Denoiser coupled() {
    return (noisy, levels, conditions) -> {
      Tensor video = noisy.video().mean();
      Tensor audio = noisy.audio().mean();
      return Denoiser.Prediction.ofNoise(
          Latents.of(
              noisy.video().mul(new Scalar(0.5)).add(audio),
              noisy.audio().mul(new Scalar(0.5)).add(video)));
    };
  }

  @Test
  void each_modality_moves_away_from_what_it_would_be_without_the_other() {
    Latents shape = Fixtures.latents(1);
    Latents noisy =
        Latents.of(
            torch.full_like(shape.video(), new Scalar(1.0)),
            torch.full_like(shape.audio(), new Scalar(2.0)));
    Latents guided = guided(coupled(), noisy, 0.5);
    // Picture 0.5 + 2 with this sound, 0.5 + 7 with noise; sound 1 + 1 and 1 + 7.
    assertThat(Tensors.toFloats(guided.video())).containsOnly(1.5f * 2.5f - 0.5f * 7.5f);
    assertThat(Tensors.toFloats(guided.audio())).containsOnly(1.5f * 2 - 0.5f * 8);
  }

  @Test
  void the_other_modality_is_noise_at_T_in_each_lone_pass() {
    List<Call> calls = new ArrayList<>();
    Latents noisy = Fixtures.latents(1);
    Tensor features = Tensors.of(new float[] {3}, 1, 1, 1);
    Conditions conditions = Conditions.NONE.withFeatures(features).withSelfConditioning(noisy);
    new JointGuidance(Call.spy(calls, coupled()), SCHEDULE, 0.5, SEVENS)
        .predict(noisy, levels(noisy), conditions);
    assertThat(calls).hasSize(3);
    assertThat(Fixtures.identical(calls.get(0).noisy(), noisy)).isTrue();
    assertThat(calls.get(0).conditions()).isEqualTo(conditions);
    for (Modality modality : Modality.values()) {
      assertThat(Tensors.toLongs(calls.get(0).levels().get(modality))).containsOnly(LEVEL);
    }
    assertAlone(calls.get(1), Modality.VIDEO, noisy);
    assertAlone(calls.get(2), Modality.AUDIO, noisy);
    for (Call call : calls) {
      assertThat(call.conditions().features()).contains(features);
    }
  }

  private static void assertAlone(Call call, Modality kept, Latents noisy) {
    Latents estimate = call.conditions().selfConditioning().orElseThrow();
    for (Modality modality : noisy.modalities()) {
      Tensor own = noisy.get(modality);
      boolean keep = modality == kept;
      assertThat(Tensors.toLongs(call.levels().get(modality))).containsOnly(keep ? LEVEL : 1000);
      Tensor seen = keep ? own : torch.full_like(own, new Scalar(7.0));
      assertThat(torch.equal(call.noisy().get(modality), seen)).isTrue();
      Tensor known = keep ? own : torch.zeros_like(own);
      assertThat(torch.equal(estimate.get(modality), known)).isTrue();
    }
  }

  /** The formula, with the lone passes of the right modalities or the two exchanged. */
  private static Latents formula(Denoiser net, Latents noisy, double scale, boolean exchanged) {
    Latents fresh = SEVENS.like(noisy);
    NoiseLevels all = levels(noisy);
    Map<Modality, Latents> lone = new EnumMap<>(Modality.class);
    for (Modality kept : Modality.values()) {
      Map<Modality, Tensor> inputs = new EnumMap<>(Modality.class);
      Map<Modality, Tensor> times = new EnumMap<>(Modality.class);
      for (Modality modality : Modality.values()) {
        boolean keep = modality == kept;
        inputs.put(modality, keep ? noisy.get(modality) : fresh.get(modality));
        Tensor t = all.get(modality);
        times.put(modality, keep ? t : torch.full_like(t, new Scalar(1000L)));
      }
      lone.put(
          kept, net.predict(Latents.of(inputs), NoiseLevels.of(times), Conditions.NONE).noise());
    }
    Latents video = lone.get(exchanged ? Modality.AUDIO : Modality.VIDEO);
    Latents audio = lone.get(exchanged ? Modality.VIDEO : Modality.AUDIO);
    Latents joint = net.predict(noisy, all, Conditions.NONE).noise();
    return joint.times(1 + scale).minus(Latents.of(video.video(), audio.audio()).times(scale));
  }

  @Test
  void the_formula_holds_for_networks_that_read_levels_too_and_not_with_exchanged_passes() {
    Denoiser net = Fixtures.mixing();
    Latents noisy = Fixtures.latents(1, 2);
    for (double scale : new double[] {0.5, 2}) {
      Latents guided = guided(net, noisy, scale);
      assertThat(error(guided, formula(net, noisy, scale, false))).isLessThan(1e-5);
      assertThat(error(guided, formula(net, noisy, scale, true))).isGreaterThan(1e-2);
    }
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
  void scale_zero_is_a_single_pass_and_the_plain_prediction() {
    List<Call> calls = new ArrayList<>();
    Latents noisy = Fixtures.latents(1);
    Latents plain = Fixtures.mixing().predict(noisy, levels(noisy), Conditions.NONE).noise();
    Latents zero = guided(Call.spy(calls, Fixtures.mixing()), noisy, 0);
    assertThat(calls).hasSize(1);
    assertThat(Fixtures.identical(zero, plain)).isTrue();
    assertThat(Fixtures.identical(guided(Fixtures.mixing(), noisy, 1), plain)).isFalse();
    assertThatThrownBy(() -> guided(Fixtures.mixing(), noisy, -1))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("guidance scale = -1");
  }

  @Test
  void a_network_that_does_not_couple_modalities_is_not_changed() {
    Latents noisy = Fixtures.latents(1);
    Latents plain = Fixtures.formula().predict(noisy, levels(noisy), Conditions.NONE).noise();
    assertThat(error(guided(Fixtures.formula(), noisy, 3), plain)).isLessThan(1e-5);
  }

  @Test
  void the_variance_is_that_of_the_joint_pass() {
    Latents noisy = Fixtures.latents(1);
    Optional<Latents> joint =
        Fixtures.formula().predict(noisy, levels(noisy), Conditions.NONE).variance();
    Optional<Latents> kept =
        new JointGuidance(Fixtures.formula(), SCHEDULE, 2, SEVENS)
            .predict(noisy, levels(noisy), Conditions.NONE)
            .variance();
    assertThat(Fixtures.identical(kept.orElseThrow(), joint.orElseThrow())).isTrue();
  }

  @Test
  void the_passes_as_one_batch_say_what_they_say_apart() {
    Latents noisy = Fixtures.latents(1, 2);
    Conditions conditions = Conditions.NONE.withSelfConditioning(Fixtures.latents(3, 4));
    List<Call> calls = new ArrayList<>();
    Latents joined =
        new JointGuidance(Call.spy(calls, Fixtures.mixing()), SCHEDULE, 2, SEVENS, Batching.JOINED)
            .predict(noisy, levels(noisy), conditions)
            .noise();
    Latents apart =
        new JointGuidance(Fixtures.mixing(), SCHEDULE, 2, SEVENS, Batching.APART)
            .predict(noisy, levels(noisy), conditions)
            .noise();
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).noisy().batch()).isEqualTo(6);
    assertThat(Fixtures.identical(joined, apart)).isTrue();
  }

  @Test
  void noise_is_fresh_at_every_step() {
    List<Call> calls = new ArrayList<>();
    Latents noisy = Fixtures.latents(1);
    try (SeededNoise noise = SeededNoise.of(1)) {
      JointGuidance guidance =
          new JointGuidance(Call.spy(calls, Fixtures.mixing()), SCHEDULE, 1, noise);
      for (int step = 0; step < 2; step++) {
        guidance.predict(noisy, levels(noisy), Conditions.NONE);
      }
    }
    assertThat(calls).hasSize(6);
    assertThat(torch.equal(calls.get(1).noisy().audio(), calls.get(4).noisy().audio())).isFalse();
    assertThat(torch.equal(calls.get(2).noisy().video(), calls.get(5).noisy().video())).isFalse();
  }
}
