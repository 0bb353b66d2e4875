package kinetone.train;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import kinetone.common.Check;
import kinetone.tensor.Precision;

/**
 * How to train, apart from what. Everything but {@code steps}, {@code seed} and {@code optimizer}
 * may be absent in YAML.
 *
 * @param steps optimiser steps in all, also over several resumed runs
 * @param seed of the noise; the order of examples is the task's matter
 * @param optimizer for every phase that {@code phases} does not name
 * @param phases optimisers by phase name
 * @param schedule of the learning rate; constant unless given
 * @param gradientAccumulation micro batches per step, whose mean loss is differentiated; 1 unless
 *     given
 * @param clipNorm limit of the global gradient norm; 0 or absent: no clipping
 * @param ema average of the parameters; none when absent
 * @param precision of the forward pass: fp32, bf16 or auto; fp32 unless given
 * @param validateEvery steps between validations; 0 or absent: none
 * @param checkpoint when to save and how many to keep
 * @param maxMinutes wall-clock limit of one run, which then ends cleanly with a checkpoint; absent:
 *     none
 * @param maxSkipped steps in a row that may be skipped for non-finite losses or gradients; 10
 *     unless given
 */
public record TrainerConfig(
    int steps,
    long seed,
    OptimizerConfig optimizer,
    Map<String, OptimizerConfig> phases,
    LearningRate schedule,
    Integer gradientAccumulation,
    Double clipNorm,
    Ema.Config ema,
    Precision precision,
    Integer validateEvery,
    Saving checkpoint,
    Double maxMinutes,
    Integer maxSkipped) {
  /**
   * When to save.
   *
   * @param everySteps steps between checkpoints; 0 or absent: not by steps
   * @param everyMinutes minutes between checkpoints; absent: not by time
   * @param keep the newest checkpoints to keep; 2 unless given
   */
  public record Saving(Integer everySteps, Double everyMinutes, Integer keep) {
    /** Fills in what is absent and checks the rest. */
    public Saving {
      everySteps = Check.atLeast("checkpoint.everySteps", everySteps == null ? 0 : everySteps, 0);
      if (everyMinutes != null) {
        Check.atLeast("checkpoint.everyMinutes", everyMinutes, 0);
      }
      keep = Check.atLeast("checkpoint.keep", keep == null ? 2 : keep, 1);
    }
  }

  /** Fills in what is absent and checks the rest. */
  public TrainerConfig {
    Check.within("steps", steps, 1, 1_000_000_000);
    Check.that(optimizer != null, "optimizer is missing, give at least optimizer.learningRate");
    // Sorted, so that equal configurations are written alike.
    phases = Collections.unmodifiableMap(new TreeMap<>(phases == null ? Map.of() : phases));
    schedule = schedule == null ? LearningRate.constant(0) : schedule;
    gradientAccumulation = gradientAccumulation == null ? 1 : gradientAccumulation;
    Check.within("gradientAccumulation", gradientAccumulation, 1, 1_000_000);
    clipNorm = Check.atLeast("clipNorm", clipNorm == null ? 0.0 : clipNorm, 0);
    precision = precision == null ? Precision.FP32 : precision;
    validateEvery = Check.atLeast("validateEvery", validateEvery == null ? 0 : validateEvery, 0);
    checkpoint = checkpoint == null ? new Saving(null, null, null) : checkpoint;
    if (maxMinutes != null) {
      Check.atLeast("maxMinutes", maxMinutes, 0);
    }
    maxSkipped = Check.atLeast("maxSkipped", maxSkipped == null ? 10 : maxSkipped, 0);
  }

  /** {@code steps} with one optimiser and everything else at its default. */
  public static TrainerConfig of(int steps, long seed, OptimizerConfig optimizer) {
    return new TrainerConfig(
        steps, seed, optimizer, null, null, null, null, null, null, null, null, null, null);
  }

  /** What decides the weights after each step: without saving, validation and time limit. */
  TrainerConfig trajectory() {
    return new TrainerConfig(
        steps,
        seed,
        optimizer,
        phases,
        schedule,
        gradientAccumulation,
        clipNorm,
        ema,
        precision,
        null,
        null,
        null,
        null);
  }

  /** The optimiser of a phase. */
  OptimizerConfig optimizer(String phase) {
    return phases.getOrDefault(phase, optimizer);
  }
}
