package kinetone.feature.cavp;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.NetworkFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Contrastive audio-visual pretraining (Luo et al. 2023, section 3.1): a network for pictures and
 * one for sound, whose features of the same moment are alike. What is conditioned on pictures needs
 * only the first; the second may be missing. Names as in the released {@code cavp_epoch66.ckpt}.
 * Modules are made outside of tensor scopes and on the CPU.
 */
public final class Cavp extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<CavpConfig, Cavp> FOLDER =
      new NetworkFolder<>("Cavp", CavpConfig.class, Cavp::new, Cavp::config);

  /** Largest factor of the cosines (Radford et al. 2021): 100. */
  private static final double MAX_LOG_SCALE = Math.log(100);

  private static final double FIRST_LOG_SCALE = Math.log(1 / 0.07);
  private static final double SMALLEST_NORM = 1e-12;

  private static final String SOUND_ENCODER = "spec_encoder";
  private static final String LOGIT_SCALE = "logit_scale";

  private final CavpConfig config;
  private final ResNet3d videoEncoder;
  private final Linear videoProjection;
  private final Optional<Cnn14> soundEncoder;
  private final Optional<Tensor> logitScale;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public Cavp(CavpConfig config, Rng rng) {
    super("Cavp");
    this.config = config;
    logitScale =
        config.sound() == null
            ? Optional.empty()
            : Optional.of(Tensors.of(new float[] {(float) FIRST_LOG_SCALE}));
    logitScale.ifPresent(scale -> register_parameter(LOGIT_SCALE, scale));
    videoEncoder = register_module("video_encoder", new ResNet3d(config.video(), rng));
    videoProjection =
        register_module(
            "video_project_head", Linear.xavier(config.video().features(), config.width(), rng));
    soundEncoder =
        Optional.ofNullable(config.sound())
            .map(sound -> register_module(SOUND_ENCODER, new Cnn14(sound, config.width(), rng)));
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
   * @throws KinetoneException where only the network for pictures was kept
   */
  public Tensor encodeSound(Tensor mel) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(unit(projectSound(mel, Optional.empty())));
    }
  }

  /** Whether the tensor {@code name} belongs to the network for pictures. */
  static boolean isOfPictures(String name) {
    return !name.startsWith(SOUND_ENCODER + ".") && !name.equals(LOGIT_SCALE);
  }

  private static KinetoneException deaf() {
    return KinetoneException.user(
        "this CAVP has no network for sound, only the one for pictures was kept; use the folder"
            + " that training wrote");
  }

  /** As {@link #encodeVideo} before it is scaled to length 1. */
  Tensor projectVideo(Tensor pictures) {
    Tensors.requireShape("pictures", pictures, -1, -1, config.size(), config.size(), 3);
    return videoProjection.forward(videoEncoder.forward(pictures));
  }

  /** As {@link #encodeSound} before it is scaled to length 1. */
  Tensor projectSound(Tensor mel, Optional<Rng> dropout) {
    return soundEncoder().forward(mel, dropout);
  }

  Cnn14 soundEncoder() {
    return soundEncoder.orElseThrow(Cavp::deaf);
  }

  /** The factor of the cosines in the contrastive loss, at most 100. */
  Tensor scale() {
    return logitScale
        .orElseThrow(Cavp::deaf)
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

  /**
   * Writes only the network for pictures into {@code folder}: all that generation needs.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public void savePictures(Path folder, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> weights = new LinkedHashMap<>(StateDict.of(this));
      weights.keySet().removeIf(name -> !isOfPictures(name));
      ComponentFolder.write(folder, FOLDER.type(), config.picturesOnly(), weights, dtype);
    }
  }
}
