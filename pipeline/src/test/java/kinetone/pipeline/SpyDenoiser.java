package kinetone.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network that keeps what it was told and what it said, all row-major. */
public final class SpyDenoiser implements Denoiser {
  /**
   * One pass.
   *
   * @param noisy latents
   * @param levels by time position
   * @param estimate of the clean latents, if the network was told one
   * @param features of pictures, likewise
   * @param labels numbers of classes, likewise
   * @param text tokens of captions, likewise
   * @param keep 1 for examples that hear their conditions, likewise
   * @param noise what it said
   */
  public record Pass(
      Map<Modality, float[]> noisy,
      Map<Modality, float[]> levels,
      Optional<Map<Modality, float[]>> estimate,
      Optional<float[]> features,
      Optional<long[]> labels,
      Optional<float[]> text,
      Optional<long[]> keep,
      Map<Modality, float[]> noise) {
    /** The highest level: where sampling is. */
    public int time() {
      float highest = 0;
      for (float[] levels : levels.values()) {
        for (float level : levels) {
          highest = Math.max(highest, level);
        }
      }
      return (int) highest;
    }
  }

  private final Denoiser network;
  private final List<Pass> passes = new ArrayList<>();

  /** Spies on {@code network}. */
  public SpyDenoiser(Denoiser network) {
    this.network = network;
  }

  /** The passes since this was asked before. */
  public List<Pass> passes() {
    List<Pass> all = List.copyOf(passes);
    passes.clear();
    return all;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    Prediction said = network.predict(noisy, levels, conditions);
    Map<Modality, float[]> times = new EnumMap<>(Modality.class);
    levels.asMap().forEach((m, t) -> times.put(m, Tensors.toFloats(t.to(ScalarType.Float))));
    passes.add(
        new Pass(
            floats(noisy),
            times,
            conditions.selfConditioning().map(SpyDenoiser::floats),
            conditions.features().map(Tensors::toFloats),
            conditions.labels().map(Tensors::toLongs),
            conditions.text().map(t -> Tensors.toFloats(t.embedding())),
            conditions.keep().map(Tensors::toLongs),
            floats(said.noise())));
    return said;
  }

  /** The values of {@code latents}. */
  public static Map<Modality, float[]> floats(Latents latents) {
    Map<Modality, float[]> values = new EnumMap<>(Modality.class);
    latents.modalities().forEach(m -> values.put(m, Tensors.toFloats(latents.get(m))));
    return values;
  }
}
