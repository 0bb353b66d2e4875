package kinetone.diffusion.sampler;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.tensor.Carried;
import org.bytedeco.pytorch.Tensor;

/** Latents that live across the scopes of a loop and are replaced at each turn. */
public final class CarriedLatents implements AutoCloseable {
  private final EnumMap<Modality, Carried> values = new EnumMap<>(Modality.class);

  /** Takes references to the tensors of {@code latents}. */
  public CarriedLatents(Latents latents) {
    for (Modality modality : latents.modalities()) {
      values.put(modality, Carried.of(latents.get(modality)));
    }
  }

  /** The present value. */
  public Latents get() {
    Map<Modality, Tensor> tensors = new EnumMap<>(Modality.class);
    values.forEach((modality, carried) -> tensors.put(modality, carried.get()));
    return Latents.of(tensors);
  }

  /** Replaces the value by one made in the scope of this turn. */
  public void advance(Latents next) {
    values.forEach((modality, carried) -> carried.advance(next.get(modality)));
  }

  @Override
  public void close() {
    values.values().forEach(Carried::close);
  }
}
