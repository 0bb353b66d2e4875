package kinetone.bench;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.timestep.PerModality;
import kinetone.model.monl.AvDiT;
import kinetone.tensor.Autocast;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.train.AdamW;
import kinetone.train.GradientClip;
import kinetone.train.OptimizerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Steps of denoiser training on made-up latents, without files. Make it outside of scopes. */
final class TrainingStep implements AutoCloseable {
  /**
   * Seconds of one step.
   *
   * @param forward drawing noise, network and loss
   * @param backward gradients
   * @param optimizer clipping and AdamW
   */
  record Times(double forward, double backward, double optimizer) {
    double total() {
      return forward + backward + optimizer;
    }
  }

  private static final double ESTIMATE_LIMIT = 6;
  private static final double LEARNING_RATE = 1e-4;
  private static final double CLIP_NORM = 1;

  private final AvDiT net;
  private final int batch;
  private final Device device;
  private final Precision precision;
  private final Rng rng;
  private final DiffusionObjective objective;
  private final AdamW optimizer;

  /** Training of {@code net}, whose gradients it uses; {@code rng} draws data and noise. */
  TrainingStep(
      AvDiT net,
      int batch,
      Device device,
      Precision precision,
      double selfConditioningRate,
      Rng rng) {
    this.net = net;
    this.batch = batch;
    this.device = device;
    this.precision = precision;
    this.rng = rng;
    net.train(true);
    net.to(device, false);
    objective =
        new DiffusionObjective(
            new LinearBetaSchedule(),
            new PerModality(LinearBetaSchedule.STEPS, NoisyBatch.lengths(net.config())),
            new SelfConditioning(selfConditioningRate, ESTIMATE_LIMIT),
            NoiseLoss.PLAIN);
    try (TensorScope scope = TensorScope.open()) {
      optimizer = new AdamW(OptimizerConfig.adamW(LEARNING_RATE, 0), StateDict.parameters(net));
    }
  }

  /** One step. */
  Times run() {
    try (TensorScope scope = TensorScope.open()) {
      net.zero_grad(true);
      Latents clean =
          NoisyBatch.latents(net.config(), batch, rng).map(t -> t.to(device, t.scalar_type()));
      Tensor[] loss = new Tensor[1];
      double forward = Timing.seconds(device, () -> loss[0] = loss(clean));
      double backward = Timing.seconds(device, () -> Differentiation.backward(loss[0]));
      double update =
          Timing.seconds(
              device,
              () -> {
                GradientClip.clip(StateDict.parameters(net).values(), CLIP_NORM);
                optimizer.step(LEARNING_RATE);
              });
      return new Times(forward, backward, update);
    }
  }

  private Tensor loss(Latents clean) {
    try (Autocast autocast = Autocast.open(device, precision)) {
      return objective.of(net, clean, Conditions.NONE, rng).total();
    }
  }

  @Override
  public void close() {
    net.zero_grad(true);
    optimizer.close();
  }
}
