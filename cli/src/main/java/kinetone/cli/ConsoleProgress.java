package kinetone.cli;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar with ETA on standard error; standard output stays free for results. */
final class ConsoleProgress implements AutoCloseable {
  private final ProgressBar bar;

  ConsoleProgress(String task, long steps, String unit) {
    bar =
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
                                        / state.getCurrent()))))
            .build();
  }

  void at(long step) {
    bar.stepTo(step);
  }

  void note(String text) {
    bar.setExtraMessage(text);
  }

  @Override
  public void close() {
    bar.close();
  }
}
