package kinetone.latent.soundstream;

import java.util.ArrayList;
import java.util.List;
import kinetone.latent.soundstream.CausalAudioConfig.Level;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The residual units of one rate, followed by the activation that the next step expects. */
final class AudioLevel extends Module {
  private final List<ResidualUnit> units = new ArrayList<>();
  private final Activation out;

  AudioLevel(Level level, CausalAudioConfig config, Rng rng) {
    super("AudioLevel");
    List<Integer> dilations = config.dilations();
    for (int i = 0; i < level.units(); i++) {
      int dilation = dilations.get(i % dilations.size());
      ResidualUnit unit = new ResidualUnit(level.channels(), dilation, config, rng);
      register_module("unit%d".formatted(i), unit);
      units.add(unit);
    }
    out = new Activation(level.channels(), config.activation());
    register_module("act_out", out);
  }

  Tensor forward(Tensor x, History history) {
    for (ResidualUnit unit : units) {
      x = unit.forward(x, history);
    }
    return out.forward(x);
  }
}
