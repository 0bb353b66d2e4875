package kinetone.pipeline;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** What a request may bring besides options and a seed, and the tasks that it applies to. */
public enum TaskInput {
  /** A given picture, and its sound. */
  VIDEO,
  /** A given sound. */
  AUDIO,
  /** Seconds to skip in what is given. */
  START,
  /** Seconds of the video that get sound. */
  SECONDS,
  /** Seconds that a continuation keeps. */
  GIVEN,
  /** Start of the gap. */
  FROM,
  /** End of the gap. */
  TO;

  /** As it is called in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it is called on the command line. */
  public String argument() {
    return "--" + label();
  }

  /** Whether {@code task} uses it. */
  public boolean appliesTo(TaskKind task) {
    return switch (this) {
      case VIDEO, START -> task != TaskKind.JOINT;
      case AUDIO -> task != TaskKind.JOINT && task != TaskKind.V2A;
      case SECONDS -> task == TaskKind.V2A;
      case GIVEN -> task == TaskKind.CONTINUE;
      case FROM, TO -> task == TaskKind.INPAINT;
    };
  }

  /**
   * Requires that {@code task} uses all that is given.
   *
   * @throws KinetoneException of kind USER naming what does not apply, and what would
   */
  public static void requireApplicable(TaskKind task, Collection<TaskInput> given) {
    for (TaskInput input : given) {
      if (!input.appliesTo(task)) {
        String taken = list(values(), other -> other.appliesTo(task), TaskInput::argument);
        throw KinetoneException.user(
            "%s does not apply to task %s, which takes %s; it is for %s",
            input.argument(),
            task.label(),
            taken.isEmpty() ? "none of the kind" : taken,
            list(
                TaskKind.values(),
                kind -> kind != TaskKind.SEGMENTS && input.appliesTo(kind),
                TaskKind::label));
      }
    }
    if (task == TaskKind.A2V && given.contains(VIDEO) && given.contains(AUDIO)) {
      throw KinetoneException.user(
          "task a2v takes one sound, that of --audio or that of --video; leave one of them out");
    }
  }

  private static <T> String list(T[] values, Predicate<T> wanted, Function<T, String> name) {
    return Arrays.stream(values).filter(wanted).map(name).collect(Collectors.joining(", "));
  }
}
