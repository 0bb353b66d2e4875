package kinetone.latent.opensora;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The autoencoder of pictures on every frame for itself, a few at a time. */
final class PictureStage extends Module {
  /** As in the public code; it bounds memory. */
  private static final long FRAMES_AT_ONCE = 4;

  private final OpenSoraConfig config;
  private final AutoencoderKl module;

  PictureStage(OpenSoraConfig config, Rng rng) {
    super("VideoAutoencoderKL");
    this.config = config;
    module = register_module("module", new AutoencoderKl(config.picture(), rng));
  }

  /** (B, T, H, W, 3) to (B, T, h, w, c), as time sees it. */
  Tensor encode(Tensor pictures) {
    return framewise(pictures, x -> coded(x).mul(new Scalar(config.pictureScale())));
  }

  /** (B, T, h, w, c) to (B, T, H, W, 3). */
  Tensor decode(Tensor latents) {
    return framewise(latents, z -> seen(z.div(new Scalar(config.pictureScale()))));
  }

  private Tensor coded(Tensor frames) {
    return config.tiling() == null
        ? module.encode(frames)
        : config.tiling().encode(frames, config.picture().factor(), module::encode);
  }

  private Tensor seen(Tensor latents) {
    return config.tiling() == null
        ? module.decode(latents)
        : config.tiling().decode(latents, config.picture().factor(), module::decode);
  }

  private static Tensor framewise(Tensor clips, UnaryOperator<Tensor> code) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor frames = clips.flatten(0, 1);
      List<Tensor> pieces = new ArrayList<>();
      for (long at = 0; at < frames.size(0); at += FRAMES_AT_ONCE) {
        try (TensorScope one = TensorScope.open()) {
          long count = Math.min(FRAMES_AT_ONCE, frames.size(0) - at);
          pieces.add(one.keep(code.apply(frames.narrow(0, at, count))));
        }
      }
      Tensor all = torch.cat(new TensorVector(pieces.toArray(Tensor[]::new)), 0);
      return scope.keep(all.unflatten(0, clips.size(0), clips.size(1)));
    }
  }
}
