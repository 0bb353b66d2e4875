package kinetone.latent.soundstream;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * SoundStream's causal encoder and decoder (Zeghidour et al. 2021, section III) around the latent
 * before quantisation: sound (B, samples) in [−1, 1] to latents (B, ⌈samples / hop⌉, C). Latent n
 * depends on samples before (n + 1) · hop only, sample i of the reconstruction on latents 0..i/hop
 * only. The signal is padded with zeros on the right to whole hops: 34000 samples give 107 latents
 * of 320, and decoding gives 34240 samples; the caller cuts them.
 */
public final class CausalAudioAutoencoder extends Module implements Autoencoder {
  private final CausalAudioConfig config;
  private final AudioEncoder encoder;
  private final AudioDecoder decoder;
  private final Optional<BlockTransform> linear;

  /** Builds the network with weights drawn from {@code rng}. */
  public CausalAudioAutoencoder(CausalAudioConfig config, Rng rng) {
    super("CausalAudioAutoencoder");
    this.config = config;
    encoder = new AudioEncoder(config, rng);
    decoder = new AudioDecoder(config, rng);
    register_module("encoder", encoder);
    register_module("decoder", decoder);
    linear =
        config.linearPath()
            ? Optional.of(new BlockTransform(config.hop(), config.latentChannels(), rng))
            : Optional.empty();
    linear.ifPresent(transform -> register_module("linear", transform));
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public int latentChannels() {
    return config.latentChannels();
  }

  /** The configuration. */
  public CausalAudioConfig config() {
    return config;
  }

  @Override
  public LatentDistribution distribution(Tensor signal) {
    Tensors.requireShape("sound", signal, -1, -1);
    long hop = config.hop();
    long missing = (hop - signal.size(1) % hop) % hop;
    Tensor whole = missing == 0 ? signal : constant_pad_nd(signal, 0, missing);
    return LatentDistribution.of(encode(whole, History.none()), config.regularisation());
  }

  @Override
  public Tensor decode(Tensor latent) {
    return decode(latent, History.none());
  }

  /**
   * Encodes the next chunk of a sound, whole hops.
   *
   * @return the mean of the latents of this chunk
   */
  public Tensor encodeChunk(Tensor samples, History.Stream history) {
    Check.that(
        samples.size(1) % config.hop() == 0,
        "a chunk of %d samples is not a multiple of %d; cut the sound at whole latents",
        samples.size(1),
        config.hop());
    return LatentDistribution.of(encode(samples, history), config.regularisation()).mean();
  }

  /** Decodes the next chunk of latents to hop samples each. */
  public Tensor decodeChunk(Tensor latents, History.Stream history) {
    return decode(latents, history);
  }

  private Tensor encode(Tensor samples, History history) {
    Tensor scaled = samples.mul(new Scalar(config.gain()));
    Tensor moments = channelsLast(encoder.forward(pieces(scaled, config.patch()), history));
    if (linear.isEmpty()) {
      return moments;
    }
    Tensor mean = channelsLast(linear.get().analyse(pieces(scaled, config.hop())));
    long others = moments.size(2) - mean.size(2);
    return moments.add(constant_pad_nd(mean, 0, others));
  }

  private Tensor decode(Tensor latent, History history) {
    Tensors.requireShape("sound latent", latent, -1, -1, config.latentChannels());
    Tensor first = latent.contiguous().unsqueeze(1).permute(0, 3, 1, 2);
    Tensor samples = samples(decoder.forward(first, history));
    if (linear.isPresent()) {
      samples = samples.add(samples(linear.get().synthesise(first)));
    }
    return samples.mul(new Scalar(1 / config.gain()));
  }

  /** (B, samples) to (B, length, 1, samples / length), a view. */
  private static Tensor pieces(Tensor samples, long length) {
    return samples
        .contiguous()
        .view(samples.size(0), 1, samples.size(1) / length, length)
        .permute(0, 3, 1, 2);
  }

  /** The inverse of {@link #pieces}. */
  private static Tensor samples(Tensor pieces) {
    return pieces.permute(0, 2, 3, 1).reshape(pieces.size(0), pieces.size(1) * pieces.size(3));
  }

  /** (B, C, 1, L) to (B, L, C). */
  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 1).squeeze(1).contiguous();
  }
}
