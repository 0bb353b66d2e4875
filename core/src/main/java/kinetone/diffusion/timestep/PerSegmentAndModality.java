package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.task.SegmentMap;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/**
 * Ptm: a timestep for each time segment of each modality, t(m, n) = t_ref(m, n).
 *
 * @param steps T
 * @param map which sound belongs to which picture
 * @param audio what a time segment of the sound is; the paper's grid leaves both readings, its
 *     prose speaks for {@link AudioSegments#LATENT}
 */
public record PerSegmentAndModality(int steps, SegmentMap map, AudioSegments audio)
    implements TimestepSampler {
  /** What a time segment of the sound is. */
  public enum AudioSegments {
    /** Every audio latent draws its own timestep. */
    LATENT,
    /** The audio latents of one video segment share a timestep. */
    VIDEO_SEGMENT
  }

  /** Checks the number of steps. */
  public PerSegmentAndModality {
    Check.atLeast("diffusion steps", steps, 1);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    levels.put(Modality.VIDEO, rng.integers(1, steps + 1L, batch, map.videoLatents()));
    levels.put(
        Modality.AUDIO,
        switch (audio) {
          case LATENT -> rng.integers(1, steps + 1L, batch, map.audioLatents());
          case VIDEO_SEGMENT ->
              Segments.spread(
                  rng.integers(1, steps + 1L, batch, map.videoLatents()), map, Modality.AUDIO);
        });
    return NoiseLevels.of(levels);
  }
}
