package kinetone.bench;

import java.util.function.LongConsumer;
import kinetone.common.Check;
import kinetone.diffusion.Latents;
import kinetone.diffusion.sampler.DdimSampler;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.tensor.Engine;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/** Whether long runs keep their memory: the resident set early and at the end. Linux. */
public final class MemoryBench {
  /**
   * The figures.
   *
   * @param training over the training steps
   * @param sampling over the samples
   */
  public record Report(Growth training, Growth sampling) {}

  /**
   * The resident set, which holds the Java heap and all native memory.
   *
   * @param count how often the work was done
   * @param settled after how many the first figure was taken
   * @param firstBytes then
   * @param lastBytes at the end
   * @param growthPercent from first to last
   */
  public record Growth(
      int count, int settled, long firstBytes, long lastBytes, double growthPercent) {
    static Growth of(int count, int settled, long first, long last) {
      return new Growth(count, settled, first, last, 100.0 * (last - first) / first);
    }
  }

  private static final int SETTLED = 50;

  private MemoryBench() {}

  /**
   * Trains a network of {@code config}, then samples from it with DDIM.
   *
   * @param batch examples per training step; samples are made one by one
   * @param samplingSteps denoising steps of a sample
   */
  public static Report run(
      AvDiTConfig config, int batch, int steps, int samples, int samplingSteps) {
    Engine.start();
    try (Rng rng = new Rng(1);
        AvDiT net = new AvDiT(config, rng)) {
      Growth training = train(net, batch, steps, rng);
      net.eval();
      return new Report(training, growth(samples, seed -> sample(net, samplingSteps, seed)));
    }
  }

  /**
   * Trains a network of {@code config}, then samples from {@code model}, codecs and all.
   *
   * @param batch examples per training step
   * @param samplingSteps denoising steps of a sample
   */
  public static Report run(
      Pipeline model, AvDiTConfig config, int batch, int steps, int samples, int samplingSteps) {
    Growth training;
    try (Rng rng = new Rng(1);
        AvDiT net = new AvDiT(config, rng)) {
      training = train(net, batch, steps, rng);
    }
    return new Report(training, growth(samples, seed -> sample(model, samplingSteps, seed)));
  }

  private static Growth train(AvDiT net, int batch, int steps, Rng rng) {
    try (TrainingStep step =
        new TrainingStep(net, batch, new Device("cpu"), Precision.FP32, 0.5, rng)) {
      return growth(steps, i -> step.run());
    }
  }

  private static void sample(AvDiT net, int steps, long seed) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(0);
        SeededNoise noise = SeededNoise.of(seed)) {
      Latents given = NoisyBatch.latents(net.config(), 1, rng).map(torch::zeros_like);
      DdimSampler.deterministic(new LinearBetaSchedule(), steps)
          .sample(
              SamplingRequest.of(
                  net, given, TaskMask.all(NoisyBatch.lengths(net.config())), noise));
    }
  }

  private static void sample(Pipeline model, int steps, long seed) {
    GenerateRequest request =
        GenerateRequest.of(new Task.Joint()).seed(seed).numInferenceSteps(steps).build();
    model.generate(request, ProgressListener.NONE, new Cancellation());
  }

  /** Does {@code work} {@code count} times; short runs settle in half of them. */
  static Growth growth(int count, LongConsumer work) {
    Check.atLeast("count", count, 2);
    int settled = Math.min(SETTLED, count / 2);
    long first = 0;
    for (int i = 1; i <= count; i++) {
      work.accept(i);
      if (i == settled) {
        first = ResidentSet.bytes();
      }
    }
    return Growth.of(count, settled, first, ResidentSet.bytes());
  }
}
