package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.convert.DiffFoleyNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.Check;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentFolder;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * Diff-Foley's classifiers of alignment (luosiallen/Diff-Foley): the judge {@code
 * eval_classifier.ckpt} and, on noisy latents, {@code double_guidance_classifier.ckpt}. Both files
 * also hold the autoencoder that the latents are of, and the schedule.
 */
final class AlignTarget implements ImportTarget<AlignmentConfig> {
  private static final Naming NAMING =
      new DiffFoleyNaming(
          Set.of(
              "first_stage_model.",
              "scale_factor",
              "logvar",
              "betas",
              "alphas_cumprod",
              "sqrt_",
              "log_one_minus_",
              "posterior_"));

  @Override
  public String name() {
    return "alignment-classifier";
  }

  @Override
  public String summary() {
    return "Diff-Foley's classifier of alignment: eval_classifier.ckpt,"
        + " double_guidance_classifier.ckpt";
  }

  @Override
  public String type() {
    return AlignmentFolder.TYPE;
  }

  @Override
  public Class<AlignmentConfig> configurationType() {
    return AlignmentConfig.class;
  }

  @Override
  public AlignmentConfig configuration() {
    return AlignmentConfig.BASE;
  }

  @Override
  public Module build(AlignmentConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new AlignmentClassifier(configuration, rng);
    }
  }

  @Override
  public List<String> groups() {
    return List.of("state_dict", "");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.");
  }

  @Override
  public List<Naming> namings(AlignmentConfig configuration) {
    return List.of(NAMING);
  }

  @Override
  public Map<String, PublicForm> forms(AlignmentConfig configuration) {
    Check.that(
        !Boolean.TRUE.equals(configuration.scaleFeatures())
            && !Boolean.TRUE.equals(configuration.fuse()),
        "this classifier has no public form: public code neither scales features nor fuses them");
    return Map.of(
        PublicForm.ORIGINAL,
        PublicForm.original(NAMING, "alignment_classifier.ckpt", List.of("state_dict")));
  }
}
