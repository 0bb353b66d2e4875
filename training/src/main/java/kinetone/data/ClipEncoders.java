package kinetone.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.latent.Codec;
import kinetone.latent.CodecFolder;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEndConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The networks of a {@link LatentPreparation} at work. */
final class ClipEncoders implements AutoCloseable {
  private static final MelFrontEndConfig MEL = MelFrontEndConfig.AUDIO_LDM;

  /**
   * One network.
   *
   * @param folder its folder, for errors
   * @param what it is, for errors
   * @param input what it sees of clips, on the CPU
   * @param network makes latents or features, batch first
   */
  private record Encoder(
      Path folder,
      String what,
      Function<List<Clip>, Tensor> input,
      Function<Tensor, Tensor> network) {}

  private final Map<LatentPart, Encoder> encoders = new EnumMap<>(LatentPart.class);
  // libtorch holds modules weakly.
  private final List<Module> modules = new ArrayList<>();
  private final List<ClipMels> spectrograms = new ArrayList<>();
  private final ClipFormat format;
  private final Device device;

  /** Loads {@code networks} onto {@code device}; call it outside of scopes. */
  ClipEncoders(LatentNetworks networks, ClipFormat format, Device device) {
    this.format = format;
    this.device = device;
    networks
        .videoCodec()
        .ifPresent(
            folder -> {
              Codec codec = CodecFolder.load(folder, CausalVideoAutoencoder.FORMAT).codec();
              codec(LatentPart.VIDEO, folder, ClipTensors::video, codec);
            });
    networks
        .audioCodec()
        .ifPresent(
            folder -> {
              Codec codec = CodecFolder.load(folder, CausalAudioAutoencoder.FORMAT).codec();
              codec(
                  LatentPart.AUDIO,
                  folder,
                  clips -> ClipTensors.audio(clips, format.samples()),
                  codec);
            });
    networks.melCodec().ifPresent(this::melCodec);
    networks.cavp().ifPresent(this::cavp);
  }

  private void melCodec(Path folder) {
    AutoencoderKl codec = CodecFolder.load(folder, AutoencoderKl.FORMAT).codec();
    Check.that(
        codec.config().signalChannels() == 1 && MEL.bands() % codec.config().factor() == 0,
        "the codec in %s is not for spectrograms of %d bands",
        folder,
        MEL.bands());
    Check.that(
        format.sampleRate() == MEL.sampleRate(),
        "mel spectrograms are of sound at %d Hz, these clips have %d Hz",
        MEL.sampleRate(),
        format.sampleRate());
    ClipMels mels = new ClipMels(MEL, format.samples(), codec.config().factor());
    spectrograms.add(mels);
    codec(LatentPart.MEL, folder, mels::of, codec);
  }

  private void cavp(Path folder) {
    Cavp network = CavpFolder.load(folder);
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
    add(
        LatentPart.FEATURES,
        network,
        new Encoder(folder, "the network", ClipTensors::unitVideo, network::encodeVideo));
  }

  private void codec(
      LatentPart part, Path folder, Function<List<Clip>, Tensor> input, Codec codec) {
    add(part, codec.module(), new Encoder(folder, "the codec", input, codec::encode));
  }

  private void add(LatentPart part, Module module, Encoder encoder) {
    module.to(device, false);
    modules.add(module);
    encoders.put(part, encoder);
  }

  /** All parts of {@code clips}, batch first, float16 on the CPU. */
  Map<LatentPart, Tensor> encode(List<Clip> clips) {
    Map<LatentPart, Tensor> parts = new EnumMap<>(LatentPart.class);
    encoders.forEach((part, encoder) -> parts.put(part, encode(encoder, clips)));
    return parts;
  }

  private Tensor encode(Encoder encoder, List<Clip> clips) {
    Tensor input = encoder.input().apply(clips);
    Tensor result = encoder.network().apply(input.to(device, input.scalar_type()));
    Tensor stored = result.to(ScalarType.Half).cpu();
    if (torch.isfinite(stored).all().item_int() == 0) {
      throw KinetoneException.user(
          "%s %s gives latents that are infinite or not numbers; train it again",
          encoder.what(), encoder.folder());
    }
    return stored;
  }

  @Override
  public void close() {
    spectrograms.forEach(ClipMels::close);
  }
}
