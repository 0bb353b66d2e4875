package kinetone.diffusion.sampler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.tensor.Draw;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Noise with a generator for every example, drawn on the CPU: an example gets the same noise
 * whatever batch it is in and whatever the device. Make it outside of tensor scopes and close it.
 */
public final class SeededNoise implements NoiseSource, AutoCloseable {
  private final long[] seeds;
  private final Rng[] generators;

  private SeededNoise(long[] seeds, long stream) {
    this.seeds = seeds;
    generators = new Rng[seeds.length];
    for (int b = 0; b < seeds.length; b++) {
      generators[b] = Rng.of(seeds[b], stream);
    }
  }

  /** One seed for each example of the batch. */
  public static SeededNoise of(long... seeds) {
    return new SeededNoise(seeds.clone(), 0);
  }

  /**
   * An independent source for the same examples, for a part that must not shift what others draw,
   * such as guidance. {@code stream} 0 is this source itself, from its beginning.
   */
  public SeededNoise fork(long stream) {
    return new SeededNoise(seeds, stream);
  }

  @Override
  public Latents like(Latents latents) {
    if (latents.batch() != generators.length) {
      throw KinetoneException.internal(
          "%d seeds do not fit a batch of %d", generators.length, latents.batch());
    }
    EnumMap<Modality, TensorVector> drawn = new EnumMap<>(Modality.class);
    List<Draw> draws = new ArrayList<>();
    boolean onCpu = true;
    for (Modality modality : latents.modalities()) {
      long[] shape = latents.get(modality).shape();
      long[] one = Arrays.copyOfRange(shape, 1, shape.length);
      draws.add(new Draw.Normal(Draw.shape(one)));
      onCpu &= latents.get(modality).device().is_cpu();
      TensorVector rows = new TensorVector();
      for (Rng generator : generators) {
        rows.push_back(generator.normal(one));
      }
      drawn.put(modality, rows);
    }
    if (!onCpu) {
      // The next step most likely wants the same, and the device is to find it ready.
      for (Rng generator : generators) {
        generator.expect(draws);
      }
    }
    EnumMap<Modality, Tensor> result = new EnumMap<>(Modality.class);
    drawn.forEach(
        (modality, rows) -> {
          Tensor like = latents.get(modality);
          result.put(modality, torch.stack(rows, 0).to(like.device(), like.scalar_type()));
        });
    return Latents.of(result);
  }

  @Override
  public void close() {
    for (Rng generator : generators) {
      generator.close();
    }
  }
}
