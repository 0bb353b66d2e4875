package kinetone.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;

/**
 * A tiny model of one system, for {@link SystemContractTest}: how it is written and opened, and
 * what the contract cannot know of all systems.
 */
public interface SpiedModel {
  /** The name of its system. */
  String system();

  /** A task of its models, for what does not depend on the task. */
  default TaskKind usualTask() {
    return TaskKind.V2A;
  }

  /** Options that its requests have, where nothing else is tried. */
  default OptionValues usualOptions() {
    return OptionValues.NONE;
  }

  /** Writes a model with all parts, codecs whose statistics change something, for DDIM. */
  Path write(Path folder);

  /** Opens it as its system does, with {@code around} the network. */
  DiffusionModel open(ModelParts parts, ModelIndex index, UnaryOperator<Denoiser> around);

  /** Passes through the network in a step with guidance. */
  int guidedPasses(TaskMask mask);

  /**
   * Requires that the passes of one step were told what they should be, and computes what guidance
   * makes of what the network said.
   */
  Map<Modality, float[]> noise(Step step);

  /** For each option of the system's own, a change that is heard or seen. */
  Map<Option<?>, Change> changes();

  /** What makes the parts misfit, and what is said then after whose parts they are. */
  Map<String, Consumer<Path>> misfits();

  /**
   * One step of sampling by a spied model.
   *
   * @param folder of the model
   * @param request what is made
   * @param window of a soundtrack; 0 otherwise
   * @param mask what is generated
   * @param known standardised latents of what is given, anything elsewhere
   * @param number of the step, from 0
   * @param passes through the network
   * @param shapes of the latents
   */
  record Step(
      Path folder,
      GenerateRequest request,
      long window,
      TaskMask mask,
      Map<Modality, float[]> known,
      int number,
      List<SpyDenoiser.Pass> passes,
      Map<Modality, long[]> shapes) {
    /** The value of an option of the request. */
    public <T> T get(Option<T> option) {
      return request.options().get(option);
    }
  }

  /**
   * Two requests that differ in one option.
   *
   * @param task of both
   * @param before options of the one
   * @param after options of the other
   */
  record Change(TaskKind task, OptionValues before, OptionValues after) {}
}
