package kinetone.codec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelInverse;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sound as the latents (B, L, F, C) of its log-mel spectrogram: front end, KL autoencoder, and back
 * a vocoder where the folder {@value #VOCODER} holds one, or else Griffin and Lim's algorithm,
 * which draws first phases. Where the autoencoder is one of pictures, the spectrogram in [0, 1] is
 * shown to it in three copies with the bands in rows; Diff-Foley and MDSGen do not move it to [−1,
 * 1], the range of pictures, and neither does this.
 */
public final class MelCodec implements AudioCodec {
  /** The folder of the vocoder within the codec's. */
  public static final String VOCODER = "vocoder";

  /** How it is kept on disk. */
  public static final CodecFormat<MelCodecConfig, MelCodec> FORMAT =
      new CodecFormat<>(
          "MelCodec",
          MelCodecConfig.class,
          MelCodec::layout,
          (config, rng) -> new MelCodec(config, new AutoencoderKl(config.autoencoder(), rng)),
          MelCodec::config,
          new Vocoder());

  private final MelCodecConfig config;
  private final AutoencoderKl network;
  private final Optional<HiFiGan> vocoder;
  private final MelFrontEnd front;
  private final MelInverse inverse;

  /**
   * How the latents of spectrograms lie in time.
   *
   * @param frontEnd of the spectrograms
   * @param factor frames per latent; frames that do not fill one are left out
   */
  private record MelTime(MelFrontEndConfig frontEnd, int factor) implements TimeLayout {
    @Override
    public int latents(long length) {
      long latents = frontEnd.frames(length) / factor;
      Check.that(
          latents >= 1,
          "a sound of %d samples is too short for the mel codec, whose latents take %d samples each",
          length,
          boundary(1));
      return Math.toIntExact(latents);
    }

    @Override
    public long boundary(int n) {
      return (long) n * factor * frontEnd.hop();
    }
  }

  /** A codec without a vocoder, with the weights of {@code network}, which it owns. */
  public MelCodec(MelCodecConfig config, AutoencoderKl network) {
    this(config, network, Optional.empty());
  }

  /** A codec with the weights of {@code network} and {@code vocoder}, which it owns. */
  public MelCodec(MelCodecConfig config, AutoencoderKl network, Optional<HiFiGan> vocoder) {
    this.config = config;
    this.network = network;
    this.vocoder = vocoder;
    front = new MelFrontEnd(config.frontEnd());
    inverse = new MelInverse(config.frontEnd(), MelInverse.Config.DEFAULT);
  }

  private static final class Vocoder implements CodecFormat.Rest<MelCodec> {
    @Override
    public void write(Path folder, MelCodec codec, ScalarType dtype) {
      codec.vocoder.ifPresent(
          generator ->
              VocoderFolder.save(
                  folder.resolve(VOCODER), generator, codec.config.frontEnd(), dtype));
    }

    @Override
    public MelCodec read(Path folder, MelCodec codec) {
      Path place = folder.resolve(VOCODER);
      if (!Files.isDirectory(place)) {
        return codec;
      }
      VocoderFolder.Loaded loaded = VocoderFolder.load(place);
      Check.that(
          loaded.frontEnd().equals(codec.config.frontEnd()),
          "%s was trained on other spectrograms than those of the codec; the parts are from"
              + " different models",
          place);
      codec.closeFilters();
      return new MelCodec(codec.config, codec.network, Optional.of(loaded.generator()));
    }
  }

  private static AudioLayout layout(MelCodecConfig config) {
    return new AudioLayout(
        new MelTime(config.frontEnd(), config.autoencoder().factor()),
        OptionalInt.of(config.frontEnd().sampleRate()),
        OptionalInt.of(config.frequencies()),
        config.autoencoder().latentChannels());
  }

  /** The configuration. */
  public MelCodecConfig config() {
    return config;
  }

  @Override
  public Module module() {
    return network;
  }

  @Override
  public List<Module> modules() {
    return vocoder.<List<Module>>map(v -> List.of(network, v)).orElse(List.of(network));
  }

  @Override
  public AudioLayout layout() {
    return layout(config);
  }

  /**
   * The log-mel spectrogram (B, frames, bands) of sound (B, samples), each example at the level
   * that the front end expects, as many frames as make whole latents.
   */
  public Tensor spectrogram(Tensor sound) {
    Tensor mel = front.logMel(front.normalise(sound));
    int factor = config.autoencoder().factor();
    return mel.narrow(1, 0, mel.size(1) / factor * factor);
  }

  @Override
  public Tensor encode(Tensor signal) {
    Tensor mel = spectrogram(signal).unsqueeze(-1);
    if (config.channel() == null) {
      return network.encode(mel);
    }
    return network.encode(MelChannel.copied(mel.transpose(1, 2))).transpose(1, 2);
  }

  /** The log-mel spectrogram (B, frames, bands) of raw latents (B, L, F, C). */
  public Tensor decodeSpectrogram(Tensor latent) {
    if (config.channel() == null) {
      return network.decode(latent).squeeze(-1);
    }
    Tensor picture = network.decode(latent.transpose(1, 2));
    return config.channel().of(picture).squeeze(-1).transpose(1, 2);
  }

  @Override
  public Tensor decode(Tensor latent, long length, Rng rng) {
    return each(latent, one -> heard(decodeSpectrogram(one), length, rng));
  }

  /**
   * Sound (B, samples) of a log-mel spectrogram (B, frames, bands), whose last frame is held where
   * it is shorter.
   *
   * @param rng draws the first phases where there is no vocoder
   */
  public Tensor sound(Tensor logMel, long samples, Rng rng) {
    return each(logMel, one -> heard(one, samples, rng));
  }

  /**
   * One by one: Griffin and Lim's algorithm makes a rounding error audible, and on the way there
   * steps depend on all that is sought together.
   */
  private static Tensor each(Tensor batch, UnaryOperator<Tensor> one) {
    try (TensorScope scope = TensorScope.open()) {
      TensorVector sounds = new TensorVector();
      for (long b = 0; b < batch.size(0); b++) {
        try (TensorScope turn = TensorScope.open()) {
          sounds.push_back(turn.keep(one.apply(batch.narrow(0, b, 1))));
        }
      }
      return scope.keep(torch.cat(sounds, 0));
    }
  }

  private Tensor heard(Tensor logMel, long samples, Rng rng) {
    int hop = config.frontEnd().hop();
    // Griffin and Lim's sound ends in the middle of its last frame; a vocoder fills its own.
    long needed = (samples + hop - 1) / hop + (vocoder.isPresent() ? 0 : 1);
    long missing = needed - logMel.size(1);
    Tensor whole = logMel;
    if (missing > 0) {
      Tensor last = logMel.narrow(1, logMel.size(1) - 1, 1);
      whole = torch.cat(new TensorVector(logMel, last.repeat(1, missing, 1)), 1);
    }
    Tensor sound = vocoder.isPresent() ? vocoder.get().forward(whole) : inverse.sound(whole, rng);
    return sound.narrow(1, 0, samples);
  }

  private void closeFilters() {
    front.close();
    inverse.close();
  }

  @Override
  public void close() {
    closeFilters();
    modules().forEach(Pointer::close);
  }
}
