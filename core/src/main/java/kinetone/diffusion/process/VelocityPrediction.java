package kinetone.diffusion.process;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.LogSignal;
import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The noise in what a velocity network says: ε = √ᾱ_t v + √(1−ᾱ_t) z_t, from v = √ᾱ_t ε − √(1−ᾱ_t)
 * x_0 (Salimans and Ho 2022, section 4). Between whole timesteps log √ᾱ is linear, as in
 * DPM-Solver. The learned variance passes through.
 */
final class VelocityPrediction implements Denoiser {
  private final Denoiser network;
  private final int steps;
  private final DeviceConstant logSignal;

  VelocityPrediction(Denoiser network, NoiseSchedule schedule) {
    this.network = network;
    steps = schedule.steps();
    float[] values = new float[steps + 1];
    LogSignal log = new LogSignal(schedule);
    for (int t = 1; t <= steps; t++) {
      values[t] = (float) log.at(t);
    }
    logSignal = DeviceConstant.of(values);
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    Prediction velocity = network.predict(noisy, levels, conditions);
    Map<Modality, Tensor> noise = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      Tensor z = noisy.get(modality);
      // In the precision of z: a half-precision network's output is widened before it is mixed.
      Tensor v = velocity.noise().get(modality).to(z.scalar_type());
      Tensor log = Positions.broadcast(logSignal(levels.get(modality), z), z);
      Tensor share = log.mul(new Scalar(2.0)).expm1().neg().sqrt();
      noise.put(modality, v.mul(log.exp()).addcmul(z, share));
    }
    return new Prediction(Latents.of(noise), velocity.variance());
  }

  /** log √ᾱ_t, (B, time), in the dtype of {@code like}. */
  private Tensor logSignal(Tensor levels, Tensor like) {
    Tensor table = logSignal.like(like);
    Tensor t = levels.to(like.device(), like.scalar_type());
    Tensor below = t.floor().clamp_max(new Scalar(steps - 1.0)).to(ScalarType.Long);
    Tensor low = at(table, below);
    Tensor high = at(table, below.add(new Scalar(1L)));
    return low.add(high.sub(low).mul(t.sub(below)));
  }

  private static Tensor at(Tensor table, Tensor index) {
    return table.index_select(0, index.flatten()).view(index.shape());
  }
}
