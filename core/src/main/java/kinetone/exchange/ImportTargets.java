package kinetone.exchange;

import java.util.List;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.CavpConfig;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.vocoder.VocoderFolder;

/** Every network that can be imported; a new one gets a line here. */
public final class ImportTargets {
  /** AudioLDM's autoencoder of mel spectrograms. */
  public static final ImportTarget<StoredMelCodec> AUDIOLDM_VAE = AutoencoderKlTarget.AUDIOLDM;

  /** AudioLDM's vocoder. */
  public static final ImportTarget<VocoderFolder.Config> HIFI_GAN = new HiFiGanTarget();

  /** MDSGen. */
  public static final ImportTarget<MdsgenConfig> MDSGEN = new MdsgenTarget();

  /** Diff-Foley's features. */
  public static final ImportTarget<CavpConfig> CAVP = new CavpTarget();

  /** In the order in which people see them. */
  public static final List<ImportTarget<?>> ALL =
      List.of(
          new DitTarget(),
          new AvDitTarget(),
          AutoencoderKlTarget.SD,
          AutoencoderKlTarget.SD_MEL,
          AUDIOLDM_VAE,
          HIFI_GAN,
          MDSGEN,
          CAVP,
          new T5Target(),
          new AlignTarget(),
          new OpenSoraVaeTarget(),
          new StDit3Target(),
          new PixArtTarget(),
          JudgeTargets.VGGISH,
          JudgeTargets.INCEPTION,
          JudgeTargets.I3D,
          JudgeTargets.I3D_STYLEGAN_V,
          JudgeTargets.PANNS,
          new MelceptionTarget(),
          new ClapAudioTarget(),
          new ClapTextTarget(),
          new AudioClipTarget());

  private ImportTargets() {}

  /**
   * The network called {@code name}.
   *
   * @throws KinetoneException naming those that exist
   */
  public static ImportTarget<?> named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "network '%s' is unknown; known: %s",
                    name, ALL.stream().map(ImportTarget::name).collect(Collectors.joining(", "))));
  }

  /**
   * The network of a component folder; where several are of one type, they are exported alike.
   *
   * @throws KinetoneException when it is none of these
   */
  public static ImportTarget<?> ofType(String type) {
    return ALL.stream()
        .filter(target -> target.type().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "a component of type '%s' has no public form; those that have: %s",
                    type,
                    ALL.stream()
                        .map(ImportTarget::type)
                        .distinct()
                        .collect(Collectors.joining(", "))));
  }
}
