package kinetone.cli;

import java.time.Duration;
import java.util.Optional;
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
                    left(
                        state.getElapsedAfterStart(),
                        state.getCurrent() - state.getStart(),
                        state.getMax() - state.getCurrent()));
  }

  /** Of the steps taken here: what a resumed work did before took none of this time. */
  static Optional<Duration> left(Duration elapsed, long taken, long missing) {
    return taken <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (double) missing / taken)));
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
      bar = builder.startsFrom(step, Duration.ZERO).build();
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
