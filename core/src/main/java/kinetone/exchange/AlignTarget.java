package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.convert.DiffFoleyNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.Check;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;

/**
 * Diff-Foley's classifiers of alignment (luosiallen/Diff-Foley): the judge {@code
 * eval_classifier.ckpt} and, on noisy latents, {@code double_guidance_classifier.ckpt}. Both files
 * also hold the autoencoder that the latents are of, and the schedule.
 */
final class AlignTarget extends DiffFoleyTarget<AlignmentConfig> {
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

  AlignTarget() {
    super(
        "alignment-classifier",
        "Diff-Foley's classifier of alignment: eval_classifier.ckpt,"
            + " double_guidance_classifier.ckpt",
        AlignmentClassifier.FOLDER.type(),
        AlignmentConfig.BASE,
        AlignmentConfig.class,
        AlignmentClassifier::new);
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
