package kinetone.recipe;

import kinetone.common.Check;
import kinetone.spectral.MelSpectrogram;
import kinetone.spectral.MelSpectrogramConfig;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Diff-Foley's mel spectrogram: (20 log₁₀ max(m, 1e-5) + 80) / 100 of magnitudes, limited to [0,
 * 1]. Frames after the last picture are left out.
 */
final class DecibelFrames implements SoundFrames {
  private static final double FLOOR = 1e-5;
  private static final double LN10 = Math.log(10);

  private final MelSpectrogram mel;
  private final int frames;

  DecibelFrames(MelSpectrogramConfig config, int frames) {
    this.mel = new MelSpectrogram(config);
    this.frames = frames;
  }

  @Override
  public Tensor of(Tensor sound) {
    Tensor magnitude = mel.of(sound);
    Check.that(
        magnitude.size(1) >= frames,
        "the sound of the clips has %d mel frames, their pictures need %d",
        magnitude.size(1),
        frames);
    return magnitude
        .narrow(1, 0, frames)
        .clamp_min(new Scalar(FLOOR))
        .log()
        .mul(new Scalar(0.2 / LN10))
        .add(new Scalar(0.8))
        .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
  }

  @Override
  public void close() {
    mel.close();
  }
}
