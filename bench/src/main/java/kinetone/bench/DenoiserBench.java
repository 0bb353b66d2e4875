package kinetone.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.tensor.Autocast;
import kinetone.tensor.Engine;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How much of the machine a forward pass of AVDiT uses, and where the rest goes. Every round times
 * a plain matrix product before the pass, between the pass and its parts, and after; only numbers
 * of one round are compared, and medians over rounds are given. On the CPU.
 */
public final class DenoiserBench {
  /**
   * The figures.
   *
   * @param parameters of the network
   * @param tokens of one example
   * @param precision of matrix products: fp32 or bf16
   * @param threads one operation may use
   * @param forwardSeconds median
   * @param forwardGflops {@link AvDiTConfig#forwardFlops()} over the median time, in GFLOP/s
   * @param sgemmGflops median of a 2048³ product in float32, in GFLOP/s
   * @param matmulGflops the same in the precision of the pass
   * @param ofSgemm median over rounds of the pass's speed over that round's float32 product
   * @param ofMatmul the same over the product in the precision of the pass
   * @param parts where the time goes
   */
  public record Report(
      long parameters,
      int tokens,
      int batch,
      String precision,
      int threads,
      int rounds,
      double forwardSeconds,
      double forwardGflops,
      double sgemmGflops,
      double matmulGflops,
      double ofSgemm,
      double ofMatmul,
      List<Part> parts) {}

  /**
   * One kind of operation, measured by itself over all blocks.
   *
   * @param seconds median
   * @param share of the forward pass; of "rest" it is what the others leave, and may be negative by
   *     the noise of the measurement
   * @param gflops in GFLOP/s; NaN where hardly any matrices are multiplied
   * @param ofMatmul the same over the matrix product in the precision of the pass
   */
  public record Part(String name, double seconds, double share, double gflops, double ofMatmul) {}

  private static final Device CPU = new Device("cpu");
  private static final double GIGA = 1e9;

  private DenoiserBench() {}

  /**
   * Measures a network of {@code config} with fresh weights.
   *
   * @param batch examples per pass
   * @param precision of matrix products
   * @param rounds measurements of everything, after one that does not count
   */
  public static Report run(AvDiTConfig config, int batch, Precision precision, int rounds) {
    Check.atLeast("batch", batch, 1);
    Check.atLeast("rounds", rounds, 1);
    Engine.start();
    ScalarType type = precision.matmulType(CPU);
    try (Rng rng = new Rng(1);
        AvDiT net = new AvDiT(config, rng);
        MatrixPeak single = new MatrixPeak(CPU, ScalarType.Float);
        MatrixPeak typed = new MatrixPeak(CPU, type);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      net.eval();
      Latents noisy = NoisyBatch.latents(config, batch, rng);
      NoiseLevels levels = NoisyBatch.levels(config, batch, LinearBetaSchedule.STEPS, rng);
      DenoiserParts parts = new DenoiserParts(net, batch, type, rng);
      Runnable forward = () -> net.predict(noisy, levels, Conditions.NONE);
      Rounds all = new Rounds(config.forwardFlops() * batch / GIGA);
      round(new Rounds(1), forward, parts, single, typed, precision);
      for (int i = 0; i < rounds; i++) {
        round(all, forward, parts, single, typed, precision);
      }
      return all.report(config, batch, precision, parts);
    }
  }

  private static void round(
      Rounds rounds,
      Runnable forward,
      DenoiserParts parts,
      MatrixPeak single,
      MatrixPeak typed,
      Precision precision) {
    Peak before = Peak.now(single, typed);
    double seconds = timed(forward, precision);
    Peak between = Peak.now(single, typed);
    rounds.forward(seconds, before.mean(between));
    parts.all().forEach((name, part) -> rounds.part(name, timed(part.work(), precision)));
    rounds.peak(between.mean(Peak.now(single, typed)));
  }

  private static double timed(Runnable work, Precision precision) {
    try (TensorScope scope = TensorScope.open();
        Autocast autocast = Autocast.open(CPU, precision)) {
      return Timing.seconds(work);
    }
  }

  /** GFLOP/s of the plain products at one moment. */
  record Peak(double single, double typed) {
    static Peak now(MatrixPeak single, MatrixPeak typed) {
      return new Peak(single.gflops(), typed.gflops());
    }

    Peak mean(Peak other) {
      return new Peak((single + other.single) / 2, (typed + other.typed) / 2);
    }
  }

  /** What the rounds gave. */
  static final class Rounds {
    private final double gigaflop;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> ofSingle = new ArrayList<>();
    private final List<Double> ofTyped = new ArrayList<>();
    private final List<Peak> peaks = new ArrayList<>();
    private final Map<String, List<Double>> parts = new LinkedHashMap<>();

    /** {@code gigaflop} is the work of one forward pass. */
    Rounds(double gigaflop) {
      this.gigaflop = gigaflop;
    }

    void forward(double time, Peak around) {
      seconds.add(time);
      ofSingle.add(gigaflop / time / around.single());
      ofTyped.add(gigaflop / time / around.typed());
      peaks.add(around);
    }

    void part(String name, double time) {
      parts.computeIfAbsent(name, key -> new ArrayList<>()).add(time);
    }

    void peak(Peak peak) {
      peaks.add(peak);
    }

    Report report(AvDiTConfig config, int batch, Precision precision, DenoiserParts measured) {
      double whole = median(seconds);
      double typed = median(peaks.stream().map(Peak::typed).toList());
      List<Part> table = new ArrayList<>();
      double sum = 0;
      for (Map.Entry<String, List<Double>> part : parts.entrySet()) {
        double time = median(part.getValue());
        double flops = measured.all().get(part.getKey()).flops();
        double speed = flops == 0 ? Double.NaN : flops / GIGA / time;
        table.add(new Part(part.getKey(), time, time / whole, speed, speed / typed));
        sum += time;
      }
      table.add(new Part("rest", whole - sum, 1 - sum / whole, Double.NaN, Double.NaN));
      return new Report(
          config.parameterCount(),
          config.segments().tokens(),
          batch,
          precision.on(CPU).name().toLowerCase(Locale.ROOT),
          Engine.threads(),
          seconds.size(),
          whole,
          gigaflop / whole,
          median(peaks.stream().map(Peak::single).toList()),
          typed,
          median(ofSingle),
          median(ofTyped),
          List.copyOf(table));
    }

    private static double median(List<Double> values) {
      return Timing.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
