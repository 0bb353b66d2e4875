package kinetone.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kinetone.codec.AudioCodec;
import kinetone.codec.Codecs;
import kinetone.codec.VideoCodec;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import kinetone.text.TextEncoder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The networks of a {@link LatentPreparation} at work. */
final class ClipEncoders implements AutoCloseable {
  /**
   * One network.
   *
   * @param role of what it makes
   * @param folder its own, for errors
   * @param input what it sees of clips, on the CPU
   * @param network makes latents or features, batch first
   * @param free gives its memory back
   */
  private record Encoder(
      String role,
      Path folder,
      Function<List<Clip>, Tensor> input,
      Function<Tensor, Tensor> network,
      Runnable free) {}

  private final List<Encoder> encoders = new ArrayList<>();
  private final Optional<TextEncoder> text;
  private final ClipFormat format;
  private final Device device;

  /** Loads {@code networks} onto {@code device}; call it outside of scopes. */
  ClipEncoders(LatentNetworks networks, ClipFormat format, Device device) {
    this.format = format;
    this.device = device;
    try {
      networks.videoCodec().ifPresent(folder -> encoders.add(pictures(folder)));
      networks.audioCodec().ifPresent(folder -> encoders.add(sound(folder)));
      networks.cavp().ifPresent(folder -> encoders.add(features(folder)));
      text = networks.textEncoder().map(folder -> TextEncoder.load(folder, device));
    } catch (RuntimeException | Error e) {
      encoders.forEach(encoder -> encoder.free().run());
      throw e;
    }
  }

  private Encoder pictures(Path folder) {
    VideoCodec codec = Codecs.openVideo(folder).codec();
    codec.ready(device);
    return new Encoder(LatentRoles.VIDEO, folder, ClipTensors::video, codec::encode, codec::close);
  }

  private Encoder sound(Path folder) {
    AudioCodec codec = Codecs.openAudio(folder).codec();
    int wanted = codec.layout().sampleRate().orElse(format.sampleRate());
    if (wanted != format.sampleRate()) {
      codec.close();
      throw KinetoneException.user(
          "the codec in %s is for sound at %d Hz, these clips have %d Hz",
          folder, wanted, format.sampleRate());
    }
    codec.ready(device);
    return new Encoder(
        LatentRoles.AUDIO,
        folder,
        clips -> ClipTensors.audio(clips, format.samples()),
        codec::encode,
        codec::close);
  }

  private Encoder features(Path folder) {
    Cavp network = Cavp.FOLDER.load(folder);
    CavpConfig config = network.config();
    Check.that(
        config.size() == format.width()
            && config.size() == format.height()
            && config.framesPerSecond() == format.framesPerSecond(),
        "the features of %s are for pictures of %dx%d at %s Hz, these clips are %dx%d at %s Hz",
        folder,
        config.size(),
        config.size(),
        config.framesPerSecond(),
        format.width(),
        format.height(),
        format.framesPerSecond());
    network.to(device, false);
    return new Encoder(
        LatentRoles.FEATURES, folder, ClipTensors::unitVideo, network::encodeVideo, network::close);
  }

  /** Whether captions are wanted. */
  boolean readsText() {
    return text.isPresent();
  }

  /**
   * The tokens of each caption by itself, float16 (tokens, D) on the CPU: those of a caption do not
   * depend on its company.
   */
  List<Tensor> text(List<String> captions) {
    return captions.stream()
        .map(
            caption ->
                text.orElseThrow()
                    .encode(List.of(caption))
                    .embedding()
                    .get(0)
                    .to(ScalarType.Half)
                    .cpu())
        .toList();
  }

  /** What {@code clips} give, by role, batch first, float16 on the CPU. */
  Map<String, Tensor> encode(List<Clip> clips) {
    Map<String, Tensor> made = new LinkedHashMap<>();
    encoders.forEach(encoder -> made.put(encoder.role(), encode(encoder, clips)));
    return made;
  }

  private Tensor encode(Encoder encoder, List<Clip> clips) {
    Tensor input = encoder.input().apply(clips);
    Tensor result = encoder.network().apply(input.to(device, input.scalar_type()));
    Tensor stored = result.to(ScalarType.Half).cpu();
    if (torch.isfinite(stored).all().item_int() == 0) {
      throw KinetoneException.user(
          "the network in %s gives %s with numbers that are infinite or none at all; train it again",
          encoder.folder(), encoder.role());
    }
    return stored;
  }

  @Override
  public void close() {
    encoders.forEach(encoder -> encoder.free().run());
    text.ifPresent(TextEncoder::close);
  }
}
