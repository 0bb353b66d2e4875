package kinetone.diffusion;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The thing that is diffused: one tensor per modality, with elementwise algebra, so that samplers
 * and losses never ask how many there are. The layout is (B, time, ..., C): batch first, time
 * second, channels last, for every modality and every system. Immutable; the tensors belong to the
 * scope they were made in.
 */
public final class Latents {
  private final EnumMap<Modality, Tensor> tensors;

  private Latents(EnumMap<Modality, Tensor> tensors) {
    this.tensors = tensors;
  }

  /** Latents of the given modalities; at least one. */
  public static Latents of(Map<Modality, Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw KinetoneException.internal("latents need at least one modality");
    }
    return new Latents(new EnumMap<>(tensors));
  }

  /** Picture (B, T, H, W, C) and sound (B, L, C). */
  public static Latents of(Tensor video, Tensor audio) {
    return of(Map.of(Modality.VIDEO, video, Modality.AUDIO, audio));
  }

  /** The tensor of {@code modality}, which must be present. */
  public Tensor get(Modality modality) {
    Tensor tensor = tensors.get(modality);
    if (tensor == null) {
      throw KinetoneException.internal("there is no %s latent here", modality);
    }
    return tensor;
  }

  /** The picture latent, (B, T, H, W, C). */
  public Tensor video() {
    return get(Modality.VIDEO);
  }

  /** The sound latent, (B, L, C) or (B, L, F, C). */
  public Tensor audio() {
    return get(Modality.AUDIO);
  }

  /** The modalities present, in the order of {@link Modality}. */
  public Set<Modality> modalities() {
    return tensors.keySet();
  }

  /** Number of examples B. */
  public long batch() {
    return tensors.values().iterator().next().size(0);
  }

  /** Applies {@code f} to each modality. */
  public Latents map(UnaryOperator<Tensor> f) {
    EnumMap<Modality, Tensor> result = new EnumMap<>(Modality.class);
    tensors.forEach((modality, tensor) -> result.put(modality, f.apply(tensor)));
    return new Latents(result);
  }

  /** Combines with {@code other}, modality by modality. */
  public Latents zip(Latents other, BinaryOperator<Tensor> f) {
    EnumMap<Modality, Tensor> result = new EnumMap<>(Modality.class);
    tensors.forEach((modality, t) -> result.put(modality, f.apply(t, other.get(modality))));
    return new Latents(result);
  }

  /** Elementwise sum. */
  public Latents plus(Latents other) {
    return zip(other, Tensor::add);
  }

  /** Elementwise difference. */
  public Latents minus(Latents other) {
    return zip(other, Tensor::sub);
  }

  /** Multiplies every element by {@code factor}. */
  public Latents times(double factor) {
    Scalar scalar = new Scalar(factor);
    return map(t -> t.mul(scalar));
  }
}
