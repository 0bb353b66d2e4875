package kinetone.codec;

import java.util.Optional;
import java.util.OptionalInt;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The causal waveform autoencoder (SoundStream): one latent for every hop, the last one padded. */
public final class CausalAudioCodec implements AudioCodec {
  /** How it is kept on disk. */
  public static final CodecFormat<CausalAudioConfig, CausalAudioCodec> FORMAT =
      new CodecFormat<>(
          "CausalAudioAutoencoder",
          CausalAudioConfig.class,
          CausalAudioCodec::layout,
          (config, rng) -> new CausalAudioCodec(new CausalAudioAutoencoder(config, rng)),
          codec -> codec.network.config());

  private final CausalAudioAutoencoder network;

  /** A codec with the weights of {@code network}, which it owns. */
  public CausalAudioCodec(CausalAudioAutoencoder network) {
    this.network = network;
  }

  private static AudioLayout layout(CausalAudioConfig config) {
    return new AudioLayout(
        new TimeLayout.Blocks(config.hop()),
        OptionalInt.empty(),
        OptionalInt.empty(),
        config.latentChannels());
  }

  @Override
  public Module module() {
    return network;
  }

  @Override
  public AudioLayout layout() {
    return layout(network.config());
  }

  @Override
  public Tensor encode(Tensor signal) {
    return network.encode(signal);
  }

  @Override
  public Tensor decode(Tensor latent, long length, Rng rng) {
    layout().requireReach(latent.size(1), length);
    return network.decode(latent).narrow(1, 0, length);
  }

  @Override
  public Optional<Stream> stream() {
    History.Stream history = History.stream();
    return Optional.of(
        new Stream() {
          @Override
          public Tensor next(Tensor latents) {
            return network.decodeChunk(latents, history);
          }

          @Override
          public void close() {
            history.close();
          }
        });
  }
}
