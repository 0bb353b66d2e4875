package kinetone.bench;

import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;

/**
 * How a measurement samples.
 *
 * @param options what differs from the model's defaults
 */
public record SamplingSettings(OptionValues options) {
  /** As the model does by default. */
  public static final SamplingSettings DEFAULT = new SamplingSettings(OptionValues.NONE);

  GenerateResult generate(Pipeline model, GenerateRequest.Builder request, long seed) {
    return model.generate(request.with(options).seed(seed).build());
  }
}
