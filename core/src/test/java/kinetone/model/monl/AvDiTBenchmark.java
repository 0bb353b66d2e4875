package kinetone.model.monl;

import static org.bytedeco.pytorch.global.torch.matmul;

import java.util.Arrays;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Autocast;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Times {@link AvDiT} against a plain matrix product in the same process: {@code forward <preset>
 * <batch> fp32 bf16} or {@code train ...}; the best of {@code -Drounds} runs.
 */
public final class AvDiTBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final Device CPU = new Device("cpu");

  private AvDiTBenchmark() {}

  /** Runs the measurement that the arguments name. */
  public static void main(String[] args) {
    boolean train = args[0].equals("train");
    AvDiTConfig config = AvDiTPresets.of(args[1]);
    int batch = Integer.parseInt(args[2]);
    long start = System.nanoTime();
    AvDiT net = new AvDiT(config, new Rng(1));
    System.out.printf(
        "%s: %.1f M parameters, built in %.1f s%n",
        args[1], config.parameterCount() / 1e6, (System.nanoTime() - start) / 1e9);
    for (int i = 3; i < args.length; i++) {
      Precision precision = Precision.of(args[i]);
      double matrix = matrixProduct(precision);
      double seconds = best(() -> run(net, batch, precision, train));
      double flops = config.forwardFlops() * batch * (train ? 3 : 1) / seconds / 1e9;
      System.out.printf(
          "%s %s batch %d: %.3f s, %.2f samples/s, %.0f GFLOP/s; matmul 2048 %.0f GFLOP/s (%.2f)%n",
          precision, args[0], batch, seconds, batch / seconds, flops, matrix, flops / matrix);
    }
  }

  private static void run(AvDiT net, int batch, Precision precision, boolean train) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Latents noisy = AvDiTTest.latents(net.config(), batch, rng);
      NoiseLevels levels = AvDiTTest.levels(net.config(), batch, rng);
      if (train) {
        Tensor loss;
        try (Autocast autocast = Autocast.open(CPU, precision)) {
          loss = AvDiTTest.loss(net, noisy, levels, Conditions.NONE, rng);
        }
        loss.backward();
        for (Map.Entry<String, Tensor> p : StateDict.parameters(net).entrySet()) {
          p.getValue().grad().zero_();
        }
      } else {
        try (NoGradGuard noGrad = new NoGradGuard();
            Autocast autocast = Autocast.open(CPU, precision)) {
          net.predict(noisy, levels, Conditions.NONE);
        }
      }
    }
  }

  private static double matrixProduct(Precision precision) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      Tensor a = rng.normal(2048, 2048).to(precision.matmulType(CPU));
      double seconds =
          best(
              () -> {
                try (TensorScope inner = TensorScope.open()) {
                  matmul(a, a);
                }
              });
      return 2 * Math.pow(2048, 3) / seconds / 1e9;
    }
  }

  private static double best(Runnable work) {
    work.run();
    double[] seconds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[0];
  }
}
