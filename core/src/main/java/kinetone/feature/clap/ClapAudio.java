package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.upsample_bicubic2d;

import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.NetworkFolder;
import kinetone.common.Check;
import kinetone.nn.BatchNorm;
import kinetone.nn.LayerNorm;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * CLAP's tower for sound (Wu et al. 2023; LAION's checkpoints without fusion) in evaluation: HTSAT
 * (Chen et al. 2022), a Swin transformer over a spectrogram folded into a square, and a projection.
 * The names are those of transformers' {@code ClapModel}. Modules are made outside of tensor
 * scopes.
 */
public final class ClapAudio extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<ClapAudioConfig, ClapAudio> FOLDER =
      new NetworkFolder<>("ClapAudio", ClapAudioConfig.class, ClapAudio::new, ClapAudio::config);

  private static final long[] TOKENS = {1, 2};

  private final ClapAudioConfig config;
  private final BatchNorm bands;
  private final PatchEmbedding patches;
  private final LayerNorm patchNorm;
  private final List<SwinStage> stages = new ArrayList<>();
  private final LayerNorm norm;
  private final ClapProjection projection;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module model;

  private final Module encoder;
  private final Module layers;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public ClapAudio(ClapAudioConfig config, Rng rng) {
    super("ClapAudio");
    this.config = config;
    model = register_module("audio_model", new Module("ClapAudioModel"));
    encoder = model.register_module("audio_encoder", new Module("ClapAudioEncoder"));
    bands = encoder.register_module("batch_norm", new BatchNorm(config.bands(), 1));
    patches =
        encoder.register_module(
            "patch_embed", new PatchEmbedding(config.patch(), 1, config.width(), rng));
    patchNorm = patches.register_module("norm", new LayerNorm(config.width(), SwinBlock.EPSILON));
    layers = encoder.register_module("layers", new Module("ModuleList"));
    for (int stage = 0; stage <= config.last(); stage++) {
      SwinStage made = new SwinStage(config, stage, rng);
      stages.add(layers.register_module(Integer.toString(stage), made));
    }
    int width = config.width(config.last());
    norm = encoder.register_module("norm", new LayerNorm(width, SwinBlock.EPSILON));
    projection =
        register_module("audio_projection", new ClapProjection(width, config.features(), rng));
  }

  /**
   * Which number of a table of distances a pair of tokens of a window has, int64 (tokens, tokens):
   * files of transformers hold it although it follows from the window.
   */
  public static Tensor distances(int window) {
    return WindowAttention.index(window);
  }

  /** The size of this network. */
  public ClapAudioConfig config() {
    return config;
  }

  /**
   * Embeddings of length 1, (B, features).
   *
   * @param mel (B, frames, bands), spectrograms of {@link ClapInput}
   */
  public Tensor forward(Tensor mel) {
    Tensors.requireShape("mel spectrogram", mel, -1, -1, config.bands());
    try (TensorScope scope = TensorScope.open()) {
      Tensor tokens = patchNorm.forward(patches.forward(square(mel)));
      Tensor seen = tokens.unflatten(1, config.tokens(0), config.tokens(0));
      for (SwinStage stage : stages) {
        seen = stage.forward(seen);
      }
      return scope.keep(projection.forward(norm.forward(seen).mean(TOKENS)));
    }
  }

  /**
   * A spectrogram (B, frames, bands), normalised and drawn out to as many frames as there is room
   * for, as a square (B, edge, edge, 1): bands downwards, piece of time under piece of time.
   */
  Tensor square(Tensor spectrogram) {
    Tensor mel = bands.forward(spectrogram.transpose(1, 2)).transpose(1, 2).unsqueeze(1);
    int folds = config.folds();
    long room = (long) config.edge() * folds;
    Check.that(
        mel.size(2) <= room, "a spectrogram of %d frames is too long, %d", mel.size(2), room);
    Tensor drawn =
        mel.size(2) == room
            ? mel
            : upsample_bicubic2d(mel, new long[] {room, config.bands()}, true);
    return drawn
        .squeeze(1)
        .unflatten(1, folds, config.edge()) // (B, folds, edge, bands)
        .transpose(2, 3)
        .flatten(1, 2)
        .unsqueeze(-1);
  }
}
