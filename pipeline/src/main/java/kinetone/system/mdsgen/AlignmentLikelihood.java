package kinetone.system.mdsgen;

import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.guidance.ClassifierGuidance;
import kinetone.feature.align.AlignmentClassifier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * log p that a noisy sound belongs to the picture features of the conditions, by a classifier that
 * was trained on noisy latents (Luo et al. 2023, section 3.3).
 */
public final class AlignmentLikelihood implements ClassifierGuidance.LogProbability {
  private final AlignmentClassifier classifier;

  /** Asks {@code classifier}. */
  public AlignmentLikelihood(AlignmentClassifier classifier) {
    this.classifier = classifier;
  }

  @Override
  public Tensor of(Latents noisy, NoiseLevels levels, Conditions conditions) {
    Check.that(
        conditions.features().isPresent(), "guidance by alignment needs features of the picture");
    Tensor sound = noisy.audio();
    Tensor map = sound.dim() == 3 ? sound.unsqueeze(2) : sound;
    // One timestep per example; the classifier counts from 0.
    Tensor steps =
        torch
            .amax(levels.get(Modality.AUDIO), new long[] {1}, false)
            .sub(new Scalar(1.0))
            .clamp_min(new Scalar(0.0));
    return torch.log_sigmoid(classifier.forward(map, conditions.features().orElseThrow(), steps));
  }
}
