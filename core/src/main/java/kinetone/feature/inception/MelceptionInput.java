package kinetone.feature.inception;

import java.util.List;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.DeviceConstant;
import org.bytedeco.pytorch.Tensor;

/** From sound to what Melception sees. Holds filters, so make it outside of scopes. */
public final class MelceptionInput implements AutoCloseable {
  /** Of ten seconds; what is behind them is cut off. */
  private static final int MOST_FRAMES = 860;

  private final MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.SPEC_VQGAN);
  private final DeviceConstant means;
  private final DeviceConstant deviations;

  /** With the statistics of a network. */
  public MelceptionInput(MelceptionConfig config) {
    means = DeviceConstant.of(floats(config.means()));
    deviations = DeviceConstant.of(floats(config.deviations()));
  }

  private static float[] floats(List<Double> values) {
    float[] narrow = new float[values.size()];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = values.get(i).floatValue();
    }
    return narrow;
  }

  /** Pictures (B, 1, 80, frames) of sound (B, samples) at 22 050 Hz. */
  public Tensor of(Tensor sound) {
    Tensor mel = front.logMel(sound);
    Tensor seen = mel.narrow(1, 0, Math.min(MOST_FRAMES, mel.size(1)));
    return seen.sub(means.like(seen)).div(deviations.like(seen)).transpose(1, 2).unsqueeze(1);
  }

  @Override
  public void close() {
    front.close();
  }
}
