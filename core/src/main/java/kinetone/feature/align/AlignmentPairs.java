package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.stack;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Sound and picture that belong together or not (Luo et al. 2023, appendix): half of the pairs are
 * true, a quarter has the sound of the same clip at another time, a quarter the sound of another
 * clip. Both are cut from longer clips; rolling a clip round would leave a seam to learn from.
 *
 * @param latent sounds (B, window · latentsPerFrame, frequency, C)
 * @param features pictures (B, window, D)
 * @param labels 1 for true pairs, else 0, float32 (B)
 */
public record AlignmentPairs(Tensor latent, Tensor features, Tensor labels) {
  private static final double TRUE = 0.5;
  private static final double TRUE_OR_SHIFTED = 0.75;

  /**
   * How pairs are cut.
   *
   * @param window pictures of a pair
   * @param shift pictures between the true and a wrong time, at least
   * @param latentsPerFrame time positions of the sound latent per picture
   */
  public record Config(int window, int shift, double latentsPerFrame) {
    /** Checks the ranges. */
    public Config {
      Check.atLeast("pairs.window", window, 1);
      Check.atLeast("pairs.shift", shift, 1);
      Check.that(
          latentsPerFrame > 0, "pairs.latentsPerFrame = %s, must be positive", latentsPerFrame);
    }

    /** The shape of a pair. */
    public AlignmentConfig.Shape shape() {
      return new AlignmentConfig.Shape(window, latents());
    }

    /** Time positions of the sound latent of a pair. */
    public int latents() {
      return first(window);
    }

    /** The time position in which a picture begins. */
    private int first(int frame) {
      return (int) (frame * latentsPerFrame + 1e-9);
    }
  }

  /**
   * Draws one pair per clip.
   *
   * @param latents sounds of at least two clips (B, time, frequency, C)
   * @param features their pictures (B, frames, D)
   */
  public static AlignmentPairs draw(Tensor latents, Tensor features, Config config, Rng rng) {
    int clips = (int) latents.size(0);
    int starts = starts(latents, features, config);
    Check.that(clips > 1, "alignment pairs need a batch of at least 2 clips");
    Check.that(
        config.shift() < starts,
        "alignment pairs of %d frames in clips of %d leave no room for a shift of %d",
        config.window(),
        features.size(1),
        config.shift());
    float[] uniform;
    try (TensorScope scope = TensorScope.open()) {
      uniform = Tensors.toFloats(rng.uniform(clips, 4));
    }
    TensorVector sounds = new TensorVector();
    TensorVector pictures = new TensorVector();
    float[] labels = new float[clips];
    for (int i = 0; i < clips; i++) {
      float kind = uniform[4 * i];
      // For a wrong time some starts are too close to both ends.
      int picture = (int) (uniform[4 * i + 1] * starts);
      int sound = picture;
      int other = i;
      if (kind < TRUE) {
        labels[i] = 1;
      } else if (kind < TRUE_OR_SHIFTED) {
        int before = Math.max(0, picture - config.shift() + 1);
        int after = Math.max(0, starts - picture - config.shift());
        if (before + after == 0) {
          picture = 0;
          before = 0;
          after = starts - config.shift();
        }
        int choice = (int) (uniform[4 * i + 2] * (before + after));
        sound = choice < before ? choice : picture + config.shift() + choice - before;
      } else {
        other = (i + 1 + (int) (uniform[4 * i + 3] * (clips - 1))) % clips;
      }
      sounds.push_back(cut(latents, other, config.first(sound), config.latents()));
      pictures.push_back(cut(features, i, picture, config.window()));
    }
    Tensor truth = Tensors.of(labels, clips).to(latents.device(), latents.scalar_type());
    return new AlignmentPairs(stack(sounds, 0), stack(pictures, 0), truth);
  }

  /** The first stretch of each clip, as true pairs: what is measured. */
  public static AlignmentPairs aligned(Tensor latents, Tensor features, Config config) {
    return early(latents, features, config, 0);
  }

  /**
   * The first stretch of each clip with sound that comes {@code frames} pictures too early; true
   * pairs when that is 0.
   */
  public static AlignmentPairs early(Tensor latents, Tensor features, Config config, int frames) {
    Check.within("frames", frames, 0, starts(latents, features, config) - 1);
    double truth = frames == 0 ? 1 : 0;
    return new AlignmentPairs(
        latents.narrow(1, config.first(frames), config.latents()),
        features.narrow(1, 0, config.window()),
        latents.new_full(new long[] {latents.size(0)}, new Scalar(truth)));
  }

  /** How many places a stretch may begin at. */
  private static int starts(Tensor latents, Tensor features, Config config) {
    int frames = (int) features.size(1);
    int starts = frames - config.window() + 1;
    Check.that(
        starts > 0 && config.first(starts - 1) + config.latents() <= latents.size(1),
        "alignment pairs of %d frames and %d sound latents do not fit clips of %d and %d",
        config.window(),
        config.latents(),
        frames,
        latents.size(1));
    return starts;
  }

  private static Tensor cut(Tensor clips, int clip, int first, int length) {
    return clips.select(0, clip).narrow(0, first, length);
  }
}
