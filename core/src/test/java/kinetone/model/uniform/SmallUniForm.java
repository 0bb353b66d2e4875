package kinetone.model.uniform;

import java.util.List;
import kinetone.diffusion.Latents;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** A UniForm for tests, whose sound does not fill its columns. */
final class SmallUniForm {
  static final UniFormConfig CONFIG =
      new UniFormConfig(
          2,
          24,
          2,
          2,
          new UniFormConfig.Video(3, 2, 4, 2),
          new UniFormConfig.Audio(7, null, 2, List.of(1, 3, 3)),
          new UniFormConfig.Text(10, 5),
          8,
          0.125,
          null);

  private SmallUniForm() {}

  static Tensor audio(UniFormConfig config, long batch, Rng rng) {
    UniFormConfig.Audio a = config.audio();
    return a.frequencies() == null
        ? rng.normal(batch, a.length(), a.channels())
        : rng.normal(batch, a.length(), a.frequencies(), a.channels());
  }

  static Latents latents(UniFormConfig config, long batch, Rng rng) {
    UniFormConfig.Video v = config.video();
    return Latents.of(
        rng.normal(batch, v.frames(), v.height(), v.width(), v.channels()),
        audio(config, batch, rng));
  }
}
