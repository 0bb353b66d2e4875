package kinetone.diffusion.process;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import kinetone.common.Check;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.schedule.CosineSchedule;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.schedule.ScaledLinearBetaSchedule;

/**
 * The diffusion that a denoiser was trained for; it stands in the denoiser's {@code config.json}.
 *
 * @param schedule the noise schedule; linear with 1000 steps when absent
 * @param prediction what the network's output stands for; {@code EPSILON} when absent
 * @param variance of ancestral steps, {@code LEARNED_RANGE} only where the network says it; {@code
 *     FIXED_SMALL} when absent
 */
public record DiffusionConfig(
    @JsonInclude(Include.NON_NULL) Schedule schedule,
    @JsonInclude(Include.NON_NULL) PredictionType prediction,
    @JsonInclude(Include.NON_NULL) VarianceType variance) {
  /** Noise prediction under the linear schedule with a fixed variance (AVDiT). */
  public static final DiffusionConfig DDPM = new DiffusionConfig(null, null, null);

  /** The same with a variance that the network learns (DiT, MDSGen, UniForm). */
  public static final DiffusionConfig IDDPM =
      new DiffusionConfig(null, null, VarianceType.LEARNED_RANGE);

  /** Velocity prediction under the linear schedule with a fixed variance. */
  public static final DiffusionConfig VELOCITY =
      new DiffusionConfig(null, PredictionType.V_PREDICTION, null);

  /** Fills in what is absent. */
  public DiffusionConfig {
    schedule = schedule == null ? Schedule.LINEAR : schedule;
    prediction = prediction == null ? PredictionType.EPSILON : prediction;
    variance = variance == null ? VarianceType.FIXED_SMALL : variance;
  }

  /** The families of schedules. */
  public enum Kind {
    /** {@link LinearBetaSchedule}. */
    LINEAR,
    /** {@link ScaledLinearBetaSchedule}. */
    SCALED_LINEAR,
    /** {@link CosineSchedule}, which has no ends. */
    COSINE
  }

  /**
   * A noise schedule.
   *
   * @param kind the family
   * @param steps T
   * @param betaStart β_1 (of LINEAR: if T were 1000); 1e-4 when absent, and no number for COSINE
   * @param betaEnd β_T, likewise; 0.02 when absent
   */
  public record Schedule(
      Kind kind,
      int steps,
      @JsonInclude(Include.NON_NULL) Double betaStart,
      @JsonInclude(Include.NON_NULL) Double betaEnd) {
    /** The schedule of all four systems. */
    public static final Schedule LINEAR =
        new Schedule(Kind.LINEAR, LinearBetaSchedule.STEPS, null, null);

    private static final int MOST_STEPS = 100_000;

    /** Fills in what is absent and checks the rest. */
    public Schedule {
      Check.that(kind != null, "schedule.kind is missing; use LINEAR, SCALED_LINEAR or COSINE");
      Check.within("schedule.steps", steps, 2, MOST_STEPS);
      if (kind == Kind.COSINE) {
        Check.that(
            betaStart == null && betaEnd == null,
            "schedule COSINE has no betaStart and no betaEnd; leave them out");
      } else {
        betaStart = betaStart == null ? 1e-4 : betaStart;
        betaEnd = betaEnd == null ? 0.02 : betaEnd;
        Check.that(
            betaStart > 0 && betaEnd >= betaStart && betaEnd < 1,
            "schedule from beta %s to %s, must rise between 0 and 1",
            betaStart,
            betaEnd);
        double last = kind == Kind.LINEAR ? betaEnd * LinearBetaSchedule.STEPS / steps : betaEnd;
        Check.that(
            last < 1,
            "schedule.steps = %d, too few for betaEnd = %s: the last beta would be %s",
            steps,
            betaEnd,
            last);
      }
    }

    /** The schedule itself. */
    public NoiseSchedule build() {
      return switch (kind) {
        case LINEAR -> new LinearBetaSchedule(steps, betaStart, betaEnd);
        case SCALED_LINEAR -> new ScaledLinearBetaSchedule(steps, betaStart, betaEnd);
        case COSINE -> new CosineSchedule(steps);
      };
    }
  }

  /** The noise schedule. */
  public NoiseSchedule noiseSchedule() {
    return schedule.build();
  }
}
