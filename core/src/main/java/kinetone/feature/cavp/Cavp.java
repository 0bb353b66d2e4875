package kinetone.feature.cavp;

import java.util.Optional;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Contrastive audio-visual pretraining (Luo et al. 2023, section 3.1): a network for pictures and
 * one for sound, whose features of the same moment are alike. Names as in the released {@code
 * cavp_epoch66.ckpt}. Modules are made outside of tensor scopes and on the CPU.
 */
public final class Cavp extends Module {
  /** Largest factor of the cosines (Radford et al. 2021): 100. */
  private static final double MAX_LOG_SCALE = Math.log(100);

  private static final double FIRST_LOG_SCALE = Math.log(1 / 0.07);
  private static final double SMALLEST_NORM = 1e-12;

  private final CavpConfig config;
  private final ResNet3d videoEncoder;
  private final Linear videoProjection;
  private final Cnn14 soundEncoder;
  private final Tensor logitScale;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public Cavp(CavpConfig config, Rng rng) {
    super("Cavp");
    this.config = config;
    logitScale = Tensors.of(new float[] {(float) FIRST_LOG_SCALE});
    register_parameter("logit_scale", logitScale);
    videoEncoder = register_module("video_encoder", new ResNet3d(config.video(), rng));
    videoProjection =
        register_module(
            "video_project_head", Linear.xavier(config.video().features(), config.width(), rng));
    soundEncoder = register_module("spec_encoder", new Cnn14(config.sound(), config.width(), rng));
  }

  /** The size and form of this network. */
  public CavpConfig config() {
    return config;
  }

  /**
   * Features of pictures, one per frame and of length 1: what other networks are conditioned on.
   *
   * @param pictures (B, T, H, W, 3) in [0, 1], neither centred nor scaled
   * @return (B, T, D)
   */
  public Tensor encodeVideo(Tensor pictures) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(unit(projectVideo(pictures)));
    }
  }

  /**
   * Features of sound, of length 1.
   *
   * @param mel (B, frames, bands) in [0, 1]
   * @return (B, frames / {@link Cnn14Config#framesPerFeature()}, D)
   */
  public Tensor encodeSound(Tensor mel) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(unit(projectSound(mel, Optional.empty())));
    }
  }

  /** As {@link #encodeVideo} before it is scaled to length 1. */
  Tensor projectVideo(Tensor pictures) {
    Tensors.requireShape("pictures", pictures, -1, -1, config.size(), config.size(), 3);
    return videoProjection.forward(videoEncoder.forward(pictures));
  }

  /** As {@link #encodeSound} before it is scaled to length 1. */
  Tensor projectSound(Tensor mel, Optional<Rng> dropout) {
    return soundEncoder.forward(mel, dropout);
  }

  Cnn14 soundEncoder() {
    return soundEncoder;
  }

  /** The factor of the cosines in the contrastive loss, at most 100. */
  Tensor scale() {
    return logitScale
        .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(MAX_LOG_SCALE)))
        .exp();
  }

  /** What a stretch (N, time, D) is about: the maximum over time, scaled to length 1, (N, D). */
  static Tensor summary(Tensor projected) {
    return unit(torch.amax(projected, new long[] {1}, false));
  }

  /** Scales the last axis to length 1. */
  static Tensor unit(Tensor x) {
    Tensor square = x.square().sum(-1).unsqueeze(-1);
    // Limited before the root, whose slope at zero is infinite.
    return x.div(square.clamp_min(new Scalar(SMALLEST_NORM * SMALLEST_NORM)).sqrt());
  }
}
