package kinetone.bench;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A denoising pass against plain matrix products of the same minutes, on the CPU in float32.
 *
 * @param seconds median
 * @param gflops the network's operations over the median time, in GFLOP/s
 * @param sgemmGflops median of a 2048³ product in float32, in GFLOP/s
 * @param ofSgemm median over passes of the speed over that of the products before and after it
 */
public record DenoisingPass(double seconds, double gflops, double sgemmGflops, double ofSgemm) {
  private static final double GIGA = 1e9;
  private static final Device CPU = new Device("cpu");

  /**
   * Measures passes of one example, the first of which does not count.
   *
   * @param flops of a pass; a multiply-add counts twice
   * @param rounds measured
   */
  static DenoisingPass measure(
      Denoiser network,
      Latents noisy,
      NoiseLevels levels,
      Conditions conditions,
      double flops,
      int rounds) {
    double work = flops / GIGA;
    double[] seconds = new double[rounds];
    double[] ofPeak = new double[rounds];
    double[] peaks = new double[rounds];
    try (MatrixPeak peak = new MatrixPeak(CPU, ScalarType.Float);
        NoGradGuard noGrad = new NoGradGuard()) {
      predict(network, noisy, levels, conditions);
      for (int i = 0; i < rounds; i++) {
        double before = peak.gflops();
        seconds[i] = Timing.seconds(() -> predict(network, noisy, levels, conditions));
        peaks[i] = (before + peak.gflops()) / 2;
        ofPeak[i] = work / seconds[i] / peaks[i];
      }
    }
    double median = Timing.median(seconds);
    return new DenoisingPass(median, work / median, Timing.median(peaks), Timing.median(ofPeak));
  }

  private static void predict(
      Denoiser network, Latents noisy, NoiseLevels levels, Conditions conditions) {
    try (TensorScope scope = TensorScope.open()) {
      network.predict(noisy, levels, conditions);
    }
  }
}
