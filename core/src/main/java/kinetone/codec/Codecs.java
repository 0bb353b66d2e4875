package kinetone.codec;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;

/** Every kind of codec; a new one gets a line here. */
public final class Codecs {
  /** In the order in which people see them. */
  public static final List<CodecFormat<?, ?>> FORMATS =
      List.of(
          CausalVideoCodec.FORMAT,
          FramewiseCodec.FORMAT,
          OpenSoraCodec.FORMAT,
          CausalAudioCodec.FORMAT,
          MelCodec.FORMAT);

  private Codecs() {}

  /**
   * Reads the codec in {@code folder}, of whatever kind. Call it outside of scopes, or the weights
   * die with the scope.
   *
   * @throws KinetoneException when the folder holds no codec, or is incomplete or damaged
   */
  public static LatentCodec<?> open(Path folder) {
    return CodecFolder.load(folder, format(folder));
  }

  /** Reads a codec of pictures; see {@link #open}. */
  public static LatentCodec<VideoCodec> openVideo(Path folder) {
    describeVideo(folder);
    LatentCodec<?> opened = open(folder);
    return new LatentCodec<>((VideoCodec) opened.codec(), opened.statistics());
  }

  /** Reads a codec of sound; see {@link #open}. */
  public static LatentCodec<AudioCodec> openAudio(Path folder) {
    describeAudio(folder);
    LatentCodec<?> opened = open(folder);
    return new LatentCodec<>((AudioCodec) opened.codec(), opened.statistics());
  }

  /** What is known of the codec in {@code folder} without its weights. */
  public static CodecDescription describe(Path folder) {
    return CodecFolder.describe(folder, format(folder));
  }

  /** The same for a codec that must be one of pictures. */
  public static CodecDescription describeVideo(Path folder) {
    CodecDescription description = describe(folder);
    if (!(description.layout() instanceof VideoLayout)) {
      throw wrong(folder, "pictures");
    }
    return description;
  }

  /** The same for a codec that must be one of sound. */
  public static CodecDescription describeAudio(Path folder) {
    CodecDescription description = describe(folder);
    if (!(description.layout() instanceof AudioLayout)) {
      throw wrong(folder, "sound");
    }
    return description;
  }

  private static CodecFormat<?, ?> format(Path folder) {
    String type = ComponentFolder.type(folder);
    return FORMATS.stream()
        .filter(format -> format.type().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "%s holds a %s; expected is one of: %s",
                    folder,
                    type,
                    FORMATS.stream().map(CodecFormat::type).collect(Collectors.joining(", "))));
  }

  private static KinetoneException wrong(Path folder, String of) {
    return KinetoneException.user(
        "%s holds a %s; expected is a codec of %s", folder, ComponentFolder.type(folder), of);
  }
}
