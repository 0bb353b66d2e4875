package kinetone.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.MixtureOfNoiseLevels;
import kinetone.diffusion.timestep.PerModality;
import kinetone.diffusion.timestep.PerSegmentAndModality;
import kinetone.diffusion.timestep.PerTimeSegment;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TaskSpecific;
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
 * @param shift draws more of the high noise levels ({@link ShiftedTimesteps}) for the four
 *     strategies; 1, the paper's uniform timesteps, when absent
 * @param tasks shares of training for single tasks, whose given part is clean: the task-specific
 *     baseline where they are the only weights. Absent: none
 */
public record NoiseLevelRecipe(
    double vanilla,
    double perTimeSegment,
    double perModality,
    double perSegmentAndModality,
    PerSegmentAndModality.AudioSegments audioSegments,
    Double shift,
    List<TaskShare> tasks) {
  /** Checks the weights. */
  public NoiseLevelRecipe {
    Check.atLeast("vanilla", vanilla, 0.0);
    Check.atLeast("perTimeSegment", perTimeSegment, 0.0);
    Check.atLeast("perModality", perModality, 0.0);
    Check.atLeast("perSegmentAndModality", perSegmentAndModality, 0.0);
    Check.that(audioSegments != null, "audioSegments is missing");
    shift = shift == null ? 1 : shift;
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /**
   * A task to train for.
   *
   * @param task a2v, v2a, continue or inpaint; joint is {@code vanilla}
   * @param weight its share
   * @param shift of the timesteps, as above; 1 when absent
   * @param seconds what {@code continue} is given
   * @param from start of the gap of {@code inpaint}, seconds
   * @param to its end
   */
  public record TaskShare(
      String task, double weight, Double shift, Double seconds, Double from, Double to) {
    /** Checks that the task is known and has its times. */
    public TaskShare {
      Check.atLeast("weight of a task", weight, 0.0);
      shift = shift == null ? 1 : shift;
      toTask(task, seconds, from, to);
    }

    Task toTask() {
      return toTask(task, seconds, from, to);
    }

    private static Task toTask(String task, Double seconds, Double from, Double to) {
      return switch (task == null ? "" : task) {
        case "a2v" -> new Task.AudioToVideo();
        case "v2a" -> new Task.VideoToAudio();
        case "continue" -> {
          Check.that(seconds != null, "the task continue needs seconds");
          yield new Task.Continue(seconds);
        }
        case "inpaint" -> {
          Check.that(from != null && to != null, "the task inpaint needs from and to");
          yield new Task.Inpaint(from, to);
        }
        default ->
            throw KinetoneException.user(
                "task '%s' is unknown; use a2v, v2a, continue or inpaint", task);
      };
    }
  }

  /** Every strategy and the most asked for tasks by name, whatever their weights. */
  Map<String, TimestepSampler> measured(int steps, SegmentMap map) {
    Map<String, TimestepSampler> all = strategies(steps, map);
    all.put("v2a", specific(new Task.VideoToAudio(), steps, map));
    all.put("a2v", specific(new Task.AudioToVideo(), steps, map));
    all.put("continue", specific(new Task.Continue(map.end(0)), steps, map));
    return all;
  }

  /** The mixture to train with. */
  TimestepSampler mixture(int steps, SegmentMap map) {
    double[] weights = {vanilla, perTimeSegment, perModality, perSegmentAndModality};
    List<MixtureOfNoiseLevels.Kind> kinds = new ArrayList<>();
    int i = 0;
    for (TimestepSampler strategy : strategies(steps, map).values()) {
      kinds.add(
          new MixtureOfNoiseLevels.Kind(
              new ShiftedTimesteps(strategy, steps, shift), weights[i++]));
    }
    for (TaskShare share : tasks) {
      TimestepSampler specific = specific(share.toTask(), steps, map);
      kinds.add(
          new MixtureOfNoiseLevels.Kind(
              new ShiftedTimesteps(specific, steps, share.shift()), share.weight()));
    }
    return new MixtureOfNoiseLevels(kinds);
  }

  private Map<String, TimestepSampler> strategies(int steps, SegmentMap map) {
    Map<String, TimestepSampler> all = new LinkedHashMap<>();
    all.put("vanilla", new Vanilla(steps, map.lengths()));
    all.put("pt", new PerTimeSegment(steps, map));
    all.put("pm", new PerModality(steps, map.lengths()));
    all.put("ptm", new PerSegmentAndModality(steps, map, audioSegments));
    return all;
  }

  private static TimestepSampler specific(Task task, int steps, SegmentMap map) {
    return new TaskSpecific(steps, TaskMask.of(task, map), map.lengths());
  }
}
