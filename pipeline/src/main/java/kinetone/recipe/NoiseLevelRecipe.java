package kinetone.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.timestep.MixtureOfNoiseLevels;
import kinetone.diffusion.timestep.PerModality;
import kinetone.diffusion.timestep.PerSegmentAndModality;
import kinetone.diffusion.timestep.PerTimeSegment;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;

/**
 * The mixture of timestep strategies. MoNL is 1, 1, 1, 1; the paper's ablations set weights to
 * zero.
 *
 * @param vanilla weight of one level for everything
 * @param perTimeSegment weight of one level per time segment (Pt)
 * @param perModality weight of one level per modality (Pm)
 * @param perSegmentAndModality weight of one level per segment and modality (Ptm)
 * @param audioSegments what a segment of sound is for Ptm
 */
public record NoiseLevelRecipe(
    double vanilla,
    double perTimeSegment,
    double perModality,
    double perSegmentAndModality,
    PerSegmentAndModality.AudioSegments audioSegments) {
  /** Checks the weights. */
  public NoiseLevelRecipe {
    Check.atLeast("vanilla", vanilla, 0.0);
    Check.atLeast("perTimeSegment", perTimeSegment, 0.0);
    Check.atLeast("perModality", perModality, 0.0);
    Check.atLeast("perSegmentAndModality", perSegmentAndModality, 0.0);
    Check.that(audioSegments != null, "audioSegments is missing");
  }

  /** Every strategy by name, whatever its weight. */
  Map<String, TimestepSampler> strategies(int steps, SegmentMap map) {
    Map<String, TimestepSampler> all = new LinkedHashMap<>();
    all.put("vanilla", new Vanilla(steps, map.lengths()));
    all.put("pt", new PerTimeSegment(steps, map));
    all.put("pm", new PerModality(steps, map.lengths()));
    all.put("ptm", new PerSegmentAndModality(steps, map, audioSegments));
    return all;
  }

  /** The mixture to train with. */
  TimestepSampler mixture(int steps, SegmentMap map) {
    double[] weights = {vanilla, perTimeSegment, perModality, perSegmentAndModality};
    List<MixtureOfNoiseLevels.Kind> kinds = new ArrayList<>();
    int i = 0;
    for (TimestepSampler strategy : strategies(steps, map).values()) {
      kinds.add(new MixtureOfNoiseLevels.Kind(strategy, weights[i++]));
    }
    return new MixtureOfNoiseLevels(kinds);
  }
}
