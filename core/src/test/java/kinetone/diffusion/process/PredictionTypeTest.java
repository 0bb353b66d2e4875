package kinetone.diffusion.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.VelocityWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.LogSignal;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PredictionTypeTest {
  private static final float[] BETWEEN = {1, 250, 617.25f, 999.5f, 1000};
  private static final long[] WHOLE = {1, 250, 617, 999, 1000};
  private static final int CHANNELS = 3;

  private final NoiseSchedule schedule = new LinearBetaSchedule(1000);
  private TensorScope scope;
  private Latents clean;
  private Latents noise;
  private NoiseLevels levels;
  private Rng rng;

  @BeforeEach
  void draw() {
    scope = TensorScope.open();
    rng = new Rng(1);
    clean = audio(rng.normal(1, WHOLE.length, CHANNELS));
    noise = audio(rng.normal(1, WHOLE.length, CHANNELS));
    levels = levels(Tensors.of(BETWEEN, 1, BETWEEN.length));
  }

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  private static NoiseLevels levels(Tensor values) {
    return NoiseLevels.of(Map.of(Modality.AUDIO, values));
  }

  private static Latents audio(Tensor values) {
    return Latents.of(Map.of(Modality.AUDIO, values));
  }

  /** a(t) x + b(t) y, one time position after the other. */
  private Latents mix(Latents x, Share a, Latents y, Share b) {
    LogSignal log = new LogSignal(schedule);
    float[] times = Tensors.toFloats(levels.get(Modality.AUDIO).to(ScalarType.Float));
    TensorVector rows = new TensorVector();
    for (int i = 0; i < times.length; i++) {
      Tensor left = x.audio().narrow(1, i, 1).mul(new Scalar(a.at(log, times[i])));
      rows.push_back(left.add(y.audio().narrow(1, i, 1), new Scalar(b.at(log, times[i]))));
    }
    return audio(torch.cat(rows, 1));
  }

  private Latents noisy() {
    return mix(clean, LogSignal::signal, noise, LogSignal::noise);
  }

  private Latents velocity() {
    return mix(noise, LogSignal::signal, clean, (log, t) -> -log.noise(t));
  }

  private Latents predicted(PredictionType type, Latents output) {
    Denoiser network = (z, t, c) -> Denoiser.Prediction.ofNoise(output);
    return type.noisePrediction(network, schedule)
        .predict(noisy(), levels, Conditions.NONE)
        .noise();
  }

  @Test
  void the_true_velocity_gives_the_true_noise_at_and_between_timesteps() {
    Latents found = predicted(PredictionType.V_PREDICTION, velocity());
    assertThat(distance(found, noise)).isLessThan(1e-5);
    Latents backwards = predicted(PredictionType.V_PREDICTION, velocity().map(Tensor::neg));
    assertThat(distance(backwards, noise)).isGreaterThan(0.1);
  }

  @Test
  void the_output_of_a_noise_network_is_the_noise() {
    assertThat(predicted(PredictionType.EPSILON, noise)).isSameAs(noise);
  }

  @Test
  void the_weighted_error_of_the_noise_is_the_error_of_the_velocity() {
    levels = levels(Tensors.of(WHOLE, 1, WHOLE.length));
    Latents wrong = velocity().map(v -> v.add(rng.normal(v.shape()), new Scalar(0.3)));
    double expected = wrong.audio().sub(velocity().audio()).square().mean().item_double();
    Latents predicted = predicted(PredictionType.V_PREDICTION, wrong);
    assertThat(loss(new VelocityWeight(schedule), predicted) / expected).isBetween(0.999, 1.001);
    assertThat(loss(PositionWeight.NONE, predicted) / expected).isLessThan(0.9);
  }

  private static double distance(Latents a, Latents b) {
    return a.audio().sub(b.audio()).abs().max().item_double();
  }

  private double loss(PositionWeight weight, Latents predicted) {
    return new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.NOISY, weight)
        .of(
            new DenoisingLoss.Sample(clean, noise, noisy(), levels),
            Denoiser.Prediction.ofNoise(predicted))
        .total()
        .item_double();
  }

  private interface Share {
    double at(LogSignal log, double t);
  }
}
