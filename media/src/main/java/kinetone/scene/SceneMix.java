package kinetone.scene;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;

/**
 * How often each kind of scene occurs.
 *
 * @param weights non-negative weight per kind, in any scale; a kind that is absent never occurs
 */
public record SceneMix(Map<SceneKind, Double> weights) {
  /** Copies and checks the weights. */
  public SceneMix {
    weights = Map.copyOf(weights);
    double sum = 0;
    for (var entry : weights.entrySet()) {
      sum += Check.atLeast("weight of " + entry.getKey(), entry.getValue(), 0);
    }
    Check.that(sum > 0, "the weights of a scene mix sum to %s, must be positive", sum);
  }

  /** All kinds, sixty per cent of them with sparse impacts. */
  public static SceneMix all() {
    var weights = new EnumMap<SceneKind, Double>(SceneKind.class);
    weights.put(SceneKind.BALL, 0.20);
    weights.put(SceneKind.BELL, 0.13);
    weights.put(SceneKind.FOOTSTEPS, 0.13);
    weights.put(SceneKind.KEYS, 0.14);
    weights.put(SceneKind.SIREN, 0.06);
    weights.put(SceneKind.RAIN, 0.06);
    weights.put(SceneKind.FIRE, 0.06);
    weights.put(SceneKind.WHEEL, 0.06);
    weights.put(SceneKind.WAVES, 0.06);
    weights.put(SceneKind.BALL_IN_RAIN, 0.05);
    weights.put(SceneKind.KEYS_BY_FIRE, 0.05);
    return new SceneMix(weights);
  }

  /** Only kinds with sparse impacts, equally often. */
  public static SceneMix impacts() {
    var weights = new EnumMap<SceneKind, Double>(SceneKind.class);
    for (var kind : SceneKind.values()) {
      if (kind.impacts()) {
        weights.put(kind, 1.0);
      }
    }
    return new SceneMix(weights);
  }

  /** Only one kind. */
  public static SceneMix only(SceneKind kind) {
    return new SceneMix(Map.of(kind, 1.0));
  }

  /** The kind that a uniform number in [0, 1) draws. */
  SceneKind pick(double uniform) {
    double sum = 0;
    for (var kind : SceneKind.values()) {
      sum += weights.getOrDefault(kind, 0.0);
    }
    // In the order of the enum: the order of an immutable map changes from one JVM to the next.
    double left = uniform * sum;
    SceneKind last = null;
    for (var kind : SceneKind.values()) {
      double weight = weights.getOrDefault(kind, 0.0);
      if (weight > 0) {
        last = kind;
        if (left < weight) {
          return kind;
        }
        left -= weight;
      }
    }
    return last;
  }
}
