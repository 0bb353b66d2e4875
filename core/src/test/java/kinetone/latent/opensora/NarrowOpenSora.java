package kinetone.latent.opensora;

import java.util.List;
import java.util.Map;
import kinetone.codec.LatentCodec;
import kinetone.codec.OpenSoraCodec;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.bytedeco.pytorch.Tensor;

/** What {@code goldens/opensora_vae.py} made. */
public final class NarrowOpenSora {
  /** Its sizes. */
  public static final OpenSoraConfig CONFIG =
      new OpenSoraConfig(
          new AutoencoderKlConfig(
              3, List.of(4, 4, 8, 8), 1, true, 4, 4, 0, 1, Regularisation.kl(1e-6)),
          0.18215,
          new TemporalConfig(4, List.of(2, 4, 4, 8), 2, List.of(false, true, true), 2, 4),
          17,
          null);

  /** What the reference subtracts and divides by. */
  public static final LatentStatistics STATISTICS =
      new LatentStatistics(
          new float[] {-0.10f, 0.34f, 0.27f, 0.98f}, new float[] {3.85f, 2.32f, 2.33f, 3.06f});

  private NarrowOpenSora() {}

  /** The file. */
  public static Golden golden() {
    return Golden.read("opensora", "vae");
  }

  /** A codec with its weights and statistics; make it outside of scopes. */
  public static LatentCodec<OpenSoraCodec> codec() {
    try (Rng none = Rng.none()) {
      OpenSoraAutoencoder network = new OpenSoraAutoencoder(CONFIG, none);
      StateDict.load("golden", network, network(golden()));
      return new LatentCodec<>(new OpenSoraCodec(network), STATISTICS);
    }
  }

  /** The weights of the network alone. */
  static Map<String, Tensor> network(Golden golden) {
    Map<String, Tensor> weights = golden.weights();
    weights.remove("shift");
    weights.remove("scale");
    return weights;
  }

  /** The reference's (B, C, T, H, W) to ours. */
  public static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 4, 1).contiguous();
  }

  /** Ours to the reference's. */
  public static Tensor channelsFirst(Tensor x) {
    return x.permute(0, 4, 1, 2, 3);
  }
}
