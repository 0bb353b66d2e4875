package kinetone.vocoder;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A vocoder on disk: a component folder that also says which spectrograms the vocoder expects. */
public final class VocoderFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "HiFiGan";

  /**
   * What {@code config.json} holds.
   *
   * @param generator the network
   * @param frontEnd the spectrograms it was trained on
   */
  public record Config(HiFiGanConfig generator, MelFrontEndConfig frontEnd) {
    /** Checks that bands and hop agree. */
    public Config {
      Check.that(generator != null, "generator is missing");
      Check.that(frontEnd != null, "frontEnd is missing");
      requireFit(generator, frontEnd);
    }
  }

  /**
   * A vocoder as it was saved.
   *
   * @param generator the network with its weights
   * @param frontEnd the spectrograms it expects
   */
  public record Loaded(HiFiGan generator, MelFrontEndConfig frontEnd) {}

  private VocoderFolder() {}

  /**
   * Writes {@code generator} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void save(
      Path folder, HiFiGan generator, MelFrontEndConfig frontEnd, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      Config config = new Config(generator.config(), frontEnd);
      ComponentFolder.write(folder, TYPE, config, StateDict.of(generator), dtype);
    }
  }

  /**
   * Reads a vocoder. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws KinetoneException when the folder holds something else, or is incomplete or damaged
   */
  public static Loaded load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    Config config = ComponentFolder.config(folder, Config.class);
    HiFiGan generator =
        ComponentFolder.network(folder, rng -> new HiFiGan(config.generator(), rng));
    return new Loaded(generator, config.frontEnd());
  }

  /** Requires that spectrograms of {@code frontEnd} can be given to {@code generator}. */
  public static void requireFit(HiFiGanConfig generator, MelFrontEndConfig frontEnd) {
    Check.that(
        generator.bands() == frontEnd.bands() && generator.hop() == frontEnd.hop(),
        "the vocoder takes %d bands at a hop of %d but the front end gives %d at %d",
        generator.bands(),
        generator.hop(),
        frontEnd.bands(),
        frontEnd.hop());
  }
}
