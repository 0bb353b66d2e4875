package kinetone.bench;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.tensor.Engine;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How fast AVDiT trains, next to plain matrix products in the same minutes. */
public final class TrainBench {
  /**
   * The figures, medians over steps.
   *
   * @param parameters of the network
   * @param device of the network
   * @param precision of matrix products: fp32 or bf16
   * @param threads one operation may use
   * @param selfConditioningRate share of the steps that make an estimate in a pass of its own
   * @param stepSeconds of a whole step
   * @param forwardSeconds noise, network and loss
   * @param backwardSeconds gradients
   * @param optimizerSeconds clipping and AdamW
   * @param samplesPerSecond batch over the median step
   * @param gflops of forward and backward together, counted as three forward passes, in GFLOP/s
   * @param sgemmGflops of a 2048³ product in float32, in GFLOP/s
   * @param matmulGflops the same in the precision of the training
   * @param ofSgemm median over steps of the speed over that of the products before and after it
   * @param ofMatmul the same in the precision of the training
   */
  public record Report(
      long parameters,
      int batch,
      String device,
      String precision,
      int threads,
      int steps,
      double selfConditioningRate,
      double stepSeconds,
      double forwardSeconds,
      double backwardSeconds,
      double optimizerSeconds,
      double samplesPerSecond,
      double gflops,
      double sgemmGflops,
      double matmulGflops,
      double ofSgemm,
      double ofMatmul) {}

  private static final double GIGA = 1e9;

  private TrainBench() {}

  /**
   * Trains {@code steps} steps after one that does not count.
   *
   * @param selfConditioningRate share of the steps with a first pass for the estimate
   */
  public static Report run(
      AvDiTConfig config,
      int batch,
      Device device,
      Precision precision,
      int steps,
      double selfConditioningRate) {
    Check.atLeast("batch", batch, 1);
    Check.atLeast("steps", steps, 1);
    Engine.start();
    TrainingStep.Times[] times = new TrainingStep.Times[steps];
    DenoiserBench.Peak[] peaks = new DenoiserBench.Peak[steps];
    try (Rng rng = new Rng(1);
        AvDiT net = new AvDiT(config, rng);
        TrainingStep step =
            new TrainingStep(net, batch, device, precision, selfConditioningRate, rng);
        MatrixPeak single = new MatrixPeak(device, ScalarType.Float);
        MatrixPeak typed = new MatrixPeak(device, precision.matmulType(device))) {
      step.run();
      DenoiserBench.Peak before = DenoiserBench.Peak.now(single, typed);
      for (int i = 0; i < steps; i++) {
        times[i] = step.run();
        DenoiserBench.Peak after = DenoiserBench.Peak.now(single, typed);
        peaks[i] = before.mean(after);
        before = after;
      }
    }
    double work = (3 + selfConditioningRate) * config.forwardFlops() * batch / GIGA;
    double whole = median(times, TrainingStep.Times::total);
    return new Report(
        config.parameterCount(),
        batch,
        device.is_cuda() ? "cuda" : "cpu",
        precision.on(device).name().toLowerCase(Locale.ROOT),
        Engine.threads(),
        steps,
        selfConditioningRate,
        whole,
        median(times, TrainingStep.Times::forward),
        median(times, TrainingStep.Times::backward),
        median(times, TrainingStep.Times::optimizer),
        batch / whole,
        work / median(times, t -> t.forward() + t.backward()),
        median(peaks, DenoiserBench.Peak::single),
        median(peaks, DenoiserBench.Peak::typed),
        ratio(work, times, peaks, DenoiserBench.Peak::single),
        ratio(work, times, peaks, DenoiserBench.Peak::typed));
  }

  private static double ratio(
      double work,
      TrainingStep.Times[] times,
      DenoiserBench.Peak[] peaks,
      ToDoubleFunction<DenoiserBench.Peak> kind) {
    return Timing.median(
        IntStream.range(0, times.length)
            .mapToDouble(
                i ->
                    work
                        / (times[i].forward() + times[i].backward())
                        / kind.applyAsDouble(peaks[i]))
            .toArray());
  }

  private static <T> double median(T[] values, ToDoubleFunction<T> figure) {
    return Timing.median(java.util.Arrays.stream(values).mapToDouble(figure).toArray());
  }
}
