package kinetone.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.PixArtNaming;
import kinetone.model.stdit.FreshParts;
import kinetone.model.stdit.StDit3Config;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/**
 * PixArt-α's picture model (PixArt-alpha/PixArt-alpha, {@code PixArt-XL-2-256x256.pth}) as the
 * start of an STDiT3, as UniForm has it. What a picture model lacks is fresh, and always the same.
 */
final class PixArtTarget extends StDit3Target {
  private static final long SEED = 0;

  @Override
  public String name() {
    return "pixart-xl-2";
  }

  @Override
  public String summary() {
    return "PixArt-alpha's picture model as the start of an STDiT3: PixArt-XL-2-256x256.pth";
  }

  @Override
  public Map<String, Supplier<Tensor>> fixed(StDit3Config configuration) {
    Naming naming = new PixArtNaming();
    Map<String, Supplier<Tensor>> fresh = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      StateDict.of(build(configuration))
          .forEach(
              (name, tensor) -> {
                long[] shape = tensor.shape();
                if (naming.layout(name, shape).isEmpty()) {
                  fresh.put(name, () -> drawn(name, shape));
                }
              });
    }
    return fresh;
  }

  private static Tensor drawn(String name, long[] shape) {
    try (Rng rng = Rng.of(SEED, name.hashCode())) {
      return FreshParts.of(name, shape, rng);
    }
  }

  @Override
  public List<String> groups() {
    return List.of("state_dict", "", "state_dict_ema");
  }

  @Override
  public List<Naming> namings(StDit3Config configuration) {
    return List.of(new PixArtNaming());
  }
}
