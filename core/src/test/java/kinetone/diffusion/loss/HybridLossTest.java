package kinetone.diffusion.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.nn.Golden;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The variational bound, by arithmetic of its own. */
class HybridLossTest {
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);
  private static final PositionWeight NOTHING = (errors, levels) -> errors.mul(new Scalar(0.0));

  /** One example of five positions: a given one, two at the first level, two further up. */
  private static final long[] LEVELS = {0, 1, 1, 2, 400};

  private static final float[] CLEAN = {0.3f, 0.25f, 1, -0.7f, 0.4f};
  private static final float[] NOISE = {1.1f, -0.4f, 0.3f, 0.9f, -1.3f};
  private static final float[] GUESS = {0.6f, -0.1f, 0.5f, 0.2f, -0.8f};
  private static final float[] RANGE = {0.9f, 0.2f, -0.3f, -0.6f, 0.5f};

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor row(float[] values) {
    return Tensors.of(values, 1, values.length, 1);
  }

  private static Latents audio(Tensor tensor) {
    return Latents.of(Map.of(Modality.AUDIO, tensor));
  }

  private static DenoisingLoss.Value loss(
      float[] clean, Tensor guess, Tensor range, PositionWeight weight) {
    Latents x = audio(row(clean));
    Latents noise = audio(row(NOISE));
    NoiseLevels levels =
        NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(LEVELS, 1, LEVELS.length)));
    Latents noisy = new ForwardProcess(SCHEDULE).q(x, noise, levels);
    return new HybridLoss(SCHEDULE, new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL, weight))
        .of(
            new DenoisingLoss.Sample(x, noise, noisy, levels),
            new Denoiser.Prediction(audio(guess), Optional.of(audio(range))));
  }

  /** What the bound compares at one position. */
  private record Gaussians(
      double clean,
      double trueMean,
      double modelMean,
      double lower,
      double upper,
      double logVariance) {
    static Gaussians of(int i, double x) {
      int t = (int) LEVELS[i];
      double alphaBar = SCHEDULE.alphaBar(t);
      double before = SCHEDULE.alphaBar(t - 1);
      double beta = 1 - alphaBar / before;
      double z = Math.sqrt(alphaBar) * x + Math.sqrt(1 - alphaBar) * NOISE[i];
      double estimate = (z - Math.sqrt(1 - alphaBar) * GUESS[i]) / Math.sqrt(alphaBar);
      double a = Math.sqrt(before) * beta / (1 - alphaBar);
      double b = Math.sqrt(1 - beta) * (1 - before) / (1 - alphaBar);
      // β̃_1 = 0 is replaced by β̃_2.
      int s = Math.max(t, 2);
      double betaS = 1 - SCHEDULE.alphaBar(s) / SCHEDULE.alphaBar(s - 1);
      double lower = Math.log(betaS * (1 - SCHEDULE.alphaBar(s - 1)) / (1 - SCHEDULE.alphaBar(s)));
      double upper = Math.log(beta);
      double share = (RANGE[i] + 1) / 2;
      return new Gaussians(
          x,
          a * x + b * z,
          a * estimate + b * z,
          lower,
          upper,
          share * upper + (1 - share) * lower);
    }

    /** KL(N(true, e^lower) ‖ N(model, e^logVariance)) in bits. */
    double divergence() {
      double distance = Math.pow(trueMean - modelMean, 2) / Math.exp(logVariance);
      return (logVariance - lower + Math.exp(lower - logVariance) + distance - 1) / 2 / LN2;
    }

    /** −log₂ of the mass that N(model, e^logVariance) puts on the level of x among 255. */
    double surprise() {
      double deviation = Math.exp(logVariance / 2);
      double above = clean > 0.999 ? 1 : cumulative((clean + 1 / 255.0 - modelMean) / deviation);
      double below = clean < -0.999 ? 0 : cumulative((clean - 1 / 255.0 - modelMean) / deviation);
      return -Math.log(Math.max(above - below, 1e-12)) / LN2;
    }

    private static double cumulative(double x) {
      return (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
    }
  }

  private static final double LN2 = Math.log(2);

  @Test
  void the_bound_is_the_mean_over_noisy_positions_of_divergence_or_likelihood() {
    for (float end : new float[] {1, -1, 0.99f}) {
      float[] clean = CLEAN.clone();
      clean[2] = end;
      double bits =
          Gaussians.of(1, clean[1]).surprise()
              + Gaussians.of(2, clean[2]).surprise()
              + Gaussians.of(3, clean[3]).divergence()
              + Gaussians.of(4, clean[4]).divergence();
      DenoisingLoss.Value value = loss(clean, row(GUESS), row(RANGE), PositionWeight.NONE);
      double bound = value.parts().get("audio_vlb").item_double();
      // The given position is not among the four.
      assertThat(bound).as("with x_0 = %s", end).isCloseTo(bits / 4, within(2e-3 * bits / 4));
      double squares = 0;
      for (int i = 0; i < 5; i++) {
        squares += Math.pow(GUESS[i] - NOISE[i], 2) / 5;
      }
      assertThat(value.parts().get("audio").item_double()).isCloseTo(squares, within(1e-6));
      assertThat(value.total().item_double()).isCloseTo(squares + bound, within(1e-4));
    }
  }

  @Test
  void the_bound_does_not_differentiate_the_noise_and_the_error_does() {
    Tensor guess = row(GUESS).set_requires_grad(true);
    Tensor range = row(RANGE).set_requires_grad(true);
    loss(CLEAN, guess, range, NOTHING).total().backward();
    assertThat(guess.grad().abs().max().item_float()).isZero();
    float[] ofRange = Tensors.toFloats(range.grad());
    assertThat(ofRange[0]).as("the given position").isZero();
    for (int i = 1; i < 5; i++) {
      assertThat(ofRange[i]).isNotZero();
    }

    Tensor again = row(GUESS).set_requires_grad(true);
    loss(CLEAN, again, row(RANGE), PositionWeight.NONE).total().backward();
    float[] gradient = Tensors.toFloats(again.grad());
    for (int i = 0; i < 5; i++) {
      assertThat(gradient[i]).isCloseTo(2 * (GUESS[i] - NOISE[i]) / 5, within(1e-6f));
    }
  }

  @Test
  void the_bound_differentiates_the_variance_as_the_divergence_does() {
    Tensor range = row(RANGE).set_requires_grad(true);
    loss(CLEAN, row(GUESS), range, NOTHING).total().backward();
    float[] gradient = Tensors.toFloats(range.grad());
    for (int i = 3; i < 5; i++) {
      Gaussians at = Gaussians.of(i, CLEAN[i]);
      double precision = Math.exp(-at.logVariance());
      double slope =
          1
              - Math.exp(at.lower()) * precision
              - Math.pow(at.trueMean() - at.modelMean(), 2) * precision;
      double expected = slope / 2 * (at.upper() - at.lower()) / 2 / LN2 / 4;
      assertThat((double) gradient[i])
          .isCloseTo(expected, within(2e-3 * Math.abs(expected) + 1e-7));
    }
  }

  @Test
  void the_bound_of_two_modalities_is_weighed_as_their_error() {
    Tensor clean = row(CLEAN);
    Latents x = Latents.of(clean.view(1, 5, 1, 1, 1).repeat(1, 1, 1, 1, 3), clean);
    Latents noise = Latents.of(row(NOISE).view(1, 5, 1, 1, 1).repeat(1, 1, 1, 1, 3), row(NOISE));
    Latents guess = Latents.of(row(NOISE).view(1, 5, 1, 1, 1).repeat(1, 1, 1, 1, 3), row(GUESS));
    Latents range = x.map(t -> t.mul(new Scalar(0.5)));
    Tensor t = Tensors.of(new long[] {9, 9, 9, 9, 9}, 1, 5);
    NoiseLevels levels = NoiseLevels.of(Map.of(Modality.VIDEO, t, Modality.AUDIO, t));
    Latents noisy = new ForwardProcess(SCHEDULE).q(x, noise, levels);
    for (Weighting weighting : Weighting.values()) {
      DenoisingLoss.Value value =
          new HybridLoss(SCHEDULE, new NoiseLoss(weighting, Counted.ALL, NOTHING))
              .of(
                  new DenoisingLoss.Sample(x, noise, noisy, levels),
                  new Denoiser.Prediction(guess, Optional.of(range)));
      double video = value.parts().get("video_vlb").item_double();
      double audio = value.parts().get("audio_vlb").item_double();
      assertThat(audio).isGreaterThan(2 * video);
      assertThat(value.total().item_double())
          .isCloseTo(
              weighting == Weighting.SUM_OF_MODALITIES
                  ? video + audio
                  : (15 * video + 5 * audio) / 20,
              within(1e-4));
    }
  }

  /**
   * Against Open-Sora's scheduler ({@code goldens/stdit3.py}), example by example, because it takes
   * the mean of each. It noises conditions by its first level; here they are clean.
   */
  @Test
  void where_frames_are_conditions_the_loss_is_that_of_open_sora() {
    Golden golden = Golden.read("stdit3", "iddpm");
    for (int i = 0; i < 3; i++) {
      DenoisingLoss.Value value = masked(golden, i, Counted.NOISY);
      assertThat(value.parts().get("video").item_double())
          .isCloseTo(expected(golden, "mse", i), withinPercentage(1e-3));
      assertThat(value.parts().get("video_vlb").item_double())
          .isCloseTo(expected(golden, "vb", i), withinPercentage(0.2));
      assertThat(value.total().item_double())
          .isCloseTo(expected(golden, "loss", i), withinPercentage(0.2));
    }
    // With conditions that count the first two differ; the third has none.
    assertThat(masked(golden, 0, Counted.ALL).parts().get("video").item_double())
        .isNotCloseTo(expected(golden, "mse", 0), withinPercentage(2));
    assertThat(masked(golden, 2, Counted.ALL).parts().get("video").item_double())
        .isCloseTo(expected(golden, "mse", 2), withinPercentage(1e-3));
  }

  private static double expected(Golden golden, String name, int example) {
    return golden.get(name).select(0, example).item_double();
  }

  private static DenoisingLoss.Value masked(Golden golden, int example, Counted counted) {
    Latents clean = video(golden, "clean", example);
    Latents noise = video(golden, "noise", example);
    // Its arrays count levels from 0.
    Tensor level = golden.get("t").narrow(0, example, 1).unsqueeze(1).add(new Scalar(1L));
    NoiseLevels levels =
        NoiseLevels.of(Map.of(Modality.VIDEO, golden.get("mask").narrow(0, example, 1).mul(level)));
    Tensor said = golden.get("said").narrow(0, example, 1);
    return new HybridLoss(SCHEDULE, new NoiseLoss(Weighting.SUM_OF_MODALITIES, counted))
        .of(
            new DenoisingLoss.Sample(
                clean, noise, new ForwardProcess(SCHEDULE).q(clean, noise, levels), levels),
            new Denoiser.Prediction(
                Latents.of(Map.of(Modality.VIDEO, said.narrow(-1, 0, 2))),
                Optional.of(Latents.of(Map.of(Modality.VIDEO, said.narrow(-1, 2, 2))))));
  }

  private static Latents video(Golden golden, String name, int example) {
    return Latents.of(Map.of(Modality.VIDEO, golden.get(name).narrow(0, example, 1)));
  }
}
