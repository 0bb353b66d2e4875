package kinetone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Engine;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.train.AdamW;
import kinetone.train.OptimizerConfig;
import org.bytedeco.pytorch.Tensor;

/** The other end of {@link AvDitBench}: trains a few steps and says how long and how much. */
final class AvDitProbe {
  static final String PREFIX = "av-dit-probe ";

  private static final double LEARNING_RATE = 1e-4;

  /** What to train; see {@link AvDitBench.Step}. */
  record Job(
      AdapterAvDiTConfig config,
      AvDitBench.Trained trained,
      boolean checkpointing,
      int batch,
      int steps) {}

  private AvDitProbe() {}

  /** Arguments: the job as JSON, threads. */
  public static void main(String[] args) throws JsonProcessingException {
    Engine.setThreads(Integer.parseInt(args[1]));
    AvDitBench.Step figures = train(Json.MAPPER.readValue(args[0], Job.class));
    System.out.println(
        PREFIX
            + Json.MAPPER
                .writer()
                .without(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(figures));
  }

  /** Trains in this process. */
  static AvDitBench.Step train(Job job) {
    double[] seconds = new double[job.steps()];
    try (Rng rng = new Rng(1);
        AdapterAvDiT net = new AdapterAvDiT(job.config(), rng)) {
      if (job.trained() == AvDitBench.Trained.ADAPTERS) {
        net.freezeBase();
      }
      net.train(true);
      Map<String, Tensor> trained = new LinkedHashMap<>(StateDict.parameters(net));
      trained.values().removeIf(p -> !p.requires_grad());
      long count = trained.values().stream().mapToLong(Tensor::numel).sum();
      try (AdamW optimizer = new AdamW(OptimizerConfig.adamW(LEARNING_RATE, 0), trained)) {
        for (int i = 0; i < seconds.length; i++) {
          seconds[i] = Timing.seconds(() -> step(job, net, optimizer, rng));
        }
      }
      return new AvDitBench.Step(
          job.trained(),
          job.checkpointing(),
          count,
          (double) count / StateDict.parameterCount(net),
          Timing.median(seconds),
          ResidentSet.peakBytes());
    }
  }

  private static void step(Job job, AdapterAvDiT net, AdamW optimizer, Rng rng) {
    AdapterAvDiTConfig config = job.config();
    NoiseSchedule schedule = config.base().diffusion().noiseSchedule();
    DiffusionObjective objective =
        new DiffusionObjective(
            schedule,
            new Vanilla(
                schedule.steps(),
                Map.of(Modality.VIDEO, config.frames(), Modality.AUDIO, config.audio().length())),
            SelfConditioning.NONE,
            new HybridLoss(schedule, new NoiseLoss(Weighting.SUM_OF_MODALITIES, Counted.ALL)));
    try (TensorScope scope = TensorScope.open();
        GradientCheckpoints checkpoints = new GradientCheckpoints()) {
      net.zero_grad(true);
      Denoiser denoiser = job.checkpointing() ? net.checkpointed(checkpoints) : net;
      Tensor loss =
          objective
              .of(denoiser, AvDitBench.latents(config, job.batch(), rng), Conditions.NONE, rng)
              .total();
      Differentiation.backward(loss);
      checkpoints.backward(again -> again.get());
      optimizer.step(LEARNING_RATE);
    }
  }
}
