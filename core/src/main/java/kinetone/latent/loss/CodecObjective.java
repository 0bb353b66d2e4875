package kinetone.latent.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of a codec: weighted reconstruction losses plus the regularisation of its latent. The
 * latent is drawn from the posterior.
 */
public final class CodecObjective {
  private final Autoencoder codec;
  private final List<Term> terms;

  /**
   * One part of the loss.
   *
   * @param name under which it is reported
   * @param weight factor in the total
   * @param loss the part
   */
  public record Term(String name, double weight, ReconstructionLoss loss) {}

  /**
   * A loss.
   *
   * @param total scalar to differentiate
   * @param parts named scalars to report, detached
   */
  public record Value(Tensor total, Map<String, Tensor> parts) {}

  /** The sum of {@code terms} for {@code codec}. */
  public CodecObjective(Autoencoder codec, List<Term> terms) {
    this.codec = codec;
    this.terms = List.copyOf(terms);
  }

  /** The loss graph of a batch of signals, pictures (B, T, H, W, 3) or sound (B, samples). */
  public Value of(Tensor signal, Rng rng) {
    return evaluate(signal, rng).value();
  }

  /** A loss and the reconstruction it is about. */
  record Outcome(Value value, Tensor reconstruction) {}

  Outcome evaluate(Tensor signal, Rng rng) {
    LatentDistribution posterior = codec.distribution(signal);
    Tensor reconstruction = decode(posterior, signal, rng);
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor penalty = posterior.penalty(signal.numel());
    Tensor total = penalty.mul(new Scalar(posterior.regularisation().weight()));
    for (Term term : terms) {
      Tensor part = term.loss().of(signal, reconstruction);
      parts.put(term.name(), part.detach());
      total = total.add(part.mul(new Scalar(term.weight())));
    }
    parts.put("latent", penalty.detach());
    return new Outcome(new Value(total, parts), reconstruction);
  }

  Tensor reconstruct(Tensor signal, Rng rng) {
    return decode(codec.distribution(signal), signal, rng);
  }

  private Tensor decode(LatentDistribution posterior, Tensor signal, Rng rng) {
    Tensor decoded = codec.decode(posterior.sample(rng));
    // Sound is padded to whole latents.
    return decoded.size(1) == signal.size(1) ? decoded : decoded.narrow(1, 0, signal.size(1));
  }
}
