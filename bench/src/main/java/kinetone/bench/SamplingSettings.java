package kinetone.bench;

import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.SamplerChoice;

/**
 * How the clips of a measurement are sampled.
 *
 * @param steps denoising steps
 * @param guidanceScale of classifier-free guidance; 0 for none
 * @param sampler how to denoise
 * @param classifierGuidanceScale of guidance by the alignment classifier of the model; 0 for none
 */
public record SamplingSettings(
    int steps, double guidanceScale, SamplerChoice sampler, double classifierGuidanceScale) {
  /** Without guidance by a classifier. */
  public SamplingSettings(int steps, double guidanceScale, SamplerChoice sampler) {
    this(steps, guidanceScale, sampler, 0);
  }

  /** {@code request} with these settings. */
  GenerateRequest.Builder of(GenerateRequest.Builder request) {
    return request
        .numInferenceSteps(steps)
        .guidanceScale(guidanceScale)
        .sampler(sampler)
        .classifierGuidanceScale(classifierGuidanceScale);
  }

  GenerateResult generate(Pipeline model, GenerateRequest.Builder request, long seed) {
    return model.generate(of(request).seed(seed).build());
  }
}
