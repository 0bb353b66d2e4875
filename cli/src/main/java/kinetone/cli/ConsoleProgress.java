package kinetone.cli;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar with ETA on standard error; standard output stays free for results. It appears
 * with the first step, so that what is refused before that leaves its one line of error alone.
 */
final class ConsoleProgress implements AutoCloseable {
  private final ProgressBarBuilder builder;
  private ProgressBar bar;

  ConsoleProgress(String task, long steps, String unit) {
    builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(System.getenv("TERM") == null ? 5000 : 200)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, 100))
            .setEtaFunction(
                state ->
                    state.getCurrent() == 0
                        ? java.util.Optional.empty()
                        : java.util.Optional.of(
                            Duration.ofMillis(
                                (long)
                                    (state.getElapsedAfterStart().toMillis()
                                        * (double) (state.getMax() - state.getCurrent())
                                        / state.getCurrent()))));
  }

  private ConsoleProgress() {
    builder = null;
  }

  /** Shows nothing. */
  static ConsoleProgress none() {
    return new ConsoleProgress();
  }

  /** Corrects the number of steps. */
  void total(long steps) {
    if (builder == null) {
      return;
    }
    if (bar == null) {
      builder.setInitialMax(steps);
    } else if (bar.getMax() != steps) {
      bar.maxHint(steps);
    }
  }

  void at(long step) {
    if (builder == null) {
      return;
    }
    if (bar == null) {
      bar = builder.build();
    }
    bar.stepTo(step);
  }

  void note(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
