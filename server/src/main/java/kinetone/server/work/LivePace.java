package kinetone.server.work;

import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;

/**
 * How many denoising steps this machine has time for while pictures come. Whoever names a number
 * gets it; elsewhere a window takes at most half of the time until the next, so that a machine that
 * does something else for a moment catches up.
 */
final class LivePace {
  private static final double SHARE = 0.5;
  private static final int FEW = 2;
  private static final int MORE = 6;

  /** With fewer, DPM-Solver++ no longer makes what the model learned. */
  private static final int FEWEST = 4;

  /** More make no better sounds with DPM-Solver++. */
  private static final int MOST = 25;

  private LivePace() {}

  /** Makes one window. */
  interface Window {
    /**
     * Makes the window of a request.
     *
     * @return seconds from one window to the next
     */
    double make(GenerateRequest request);
  }

  /**
   * The request with as many steps as there is time for. Measures windows, which also makes the
   * model warm.
   */
  static GenerateRequest fitted(GenerateRequest request, Window window) {
    if (request.options().find(CommonOptions.NUM_INFERENCE_STEPS).isPresent()) {
      window.make(request);
      return request;
    }
    // What a model's ancestral sampler needs fifty steps for, this one does in ten.
    OptionValues quick =
        request.options().over(OptionValues.NONE.with(CommonOptions.SAMPLER, SamplerChoice.DPMPP));
    window.make(with(request, quick, FEW));
    double few = seconds(with(request, quick, FEW), window);
    long start = System.nanoTime();
    double hop = window.make(with(request, quick, MORE));
    double more = (System.nanoTime() - start) / 1e9;
    return with(request, quick, steps(few, more, hop));
  }

  private static double seconds(GenerateRequest request, Window window) {
    long start = System.nanoTime();
    window.make(request);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Steps for which there is time where few took {@code few} seconds and more {@code more}. */
  static int steps(double few, double more, double hop) {
    double each = Math.max(1e-4, (more - few) / (MORE - FEW));
    double besides = Math.max(0, few - FEW * each);
    return (int) Math.max(FEWEST, Math.min(MOST, Math.floor((SHARE * hop - besides) / each)));
  }

  private static GenerateRequest with(GenerateRequest request, OptionValues options, int steps) {
    return request.withOptions(options.with(CommonOptions.NUM_INFERENCE_STEPS, steps));
  }
}
