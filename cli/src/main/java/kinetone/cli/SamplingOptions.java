package kinetone.cli;

import kinetone.bench.SamplingSettings;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.SamplerChoice;
import picocli.CommandLine.Option;

/** How a measurement samples; what is left out is the model's own. */
final class SamplingOptions {
  @Option(names = "--steps", description = "Denoising steps (default: the model's).")
  private Integer steps;

  @Option(names = "--guidance", description = "Guidance scale (default: the model's).")
  private Double guidance;

  @Option(names = "--sampler", description = "ddim, ddpm or dpmpp (default: the model's).")
  private SamplerChoice sampler;

  @Option(
      names = "--classifier-guidance",
      description = "Scale of guidance by the model's alignment classifier (default: the model's).")
  private Double classifierGuidance;

  SamplingSettings settings(ModelIndex.Defaults defaults) {
    return new SamplingSettings(
        steps == null ? defaults.numInferenceSteps() : steps,
        guidance == null ? defaults.guidanceScale() : guidance,
        sampler == null ? defaults.sampler() : sampler,
        classifierGuidance == null ? defaults.classifierGuidanceScale() : classifierGuidance);
  }
}
