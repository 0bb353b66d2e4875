package kinetone.train;

import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import kinetone.common.KinetoneException;
import kinetone.tensor.Autocast;
import kinetone.tensor.FreedMemory;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training loop. */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private Trainer() {}

  /**
   * Trains as {@link #run(TrainingTask, TrainerConfig, RunDirectory, TrainingListener, Supplier)}
   * does, with the forward pass in {@code config.precision()} on the device of the first network.
   */
  public static TrainingEvent.Finished run(
      TrainingTask task, TrainerConfig config, RunDirectory run, TrainingListener listener) {
    try (Device device = device(task)) {
      return run(
          task,
          config,
          run,
          listener,
          () -> Autocast.open(device, config.precision().forTraining(device)));
    }
  }

  /**
   * Trains until {@code config.steps()} steps are done, from the newest whole checkpoint of {@code
   * run} if there is one; newer ones that are damaged are set aside. It ends earlier, with a
   * checkpoint, when the time limit is reached or the thread is interrupted. Afterwards the modules
   * hold the trained, not the averaged weights; the averages are in the checkpoint ({@link
   * Checkpoint#weights}).
   *
   * @param forward opened round every forward pass and closed before its backward pass: autocast
   * @throws KinetoneException when losses stay non-finite, the checkpoint belongs to another model,
   *     or another training uses the folder
   */
  public static TrainingEvent.Finished run(
      TrainingTask task,
      TrainerConfig config,
      RunDirectory run,
      TrainingListener listener,
      Supplier<? extends AutoCloseable> forward) {
    Stopwatch total = new Stopwatch();
    try (RunDirectory.Claim claim = run.claim();
        TrainingState state = new TrainingState(task, config);
        Metrics metrics = resume(state, config, run, listener)) {
      TrainingListener all =
          event -> {
            metrics.on(event);
            listener.on(event);
          };
      state.trainMode();
      Stopwatch sinceSave = new Stopwatch();
      boolean ended = state.step() >= config.steps();
      FreedMemory freed = new FreedMemory();
      while (!ended) {
        Stopwatch clock = new Stopwatch();
        freed.giveBack();
        Map<String, TrainingEvent.PhaseStep> phases = state.advance(forward);
        long step = state.step();
        all.on(
            new TrainingEvent.Step(
                step, config.steps(), phases, state.skipped(), clock.minutes() * 60));
        ended =
            step >= config.steps()
                || (config.maxMinutes() != null && total.minutes() >= config.maxMinutes())
                || listener.stop();
        if (config.validateEvery() > 0 && (ended || step % config.validateEvery() == 0)) {
          all.on(new TrainingEvent.Validated(step, state.evaluate(task::validate)));
        }
        if (task.samplesEvery() > 0 && step % task.samplesEvery() == 0) {
          sampled(task, state).ifPresent(p -> all.on(new TrainingEvent.Sampled(step, p)));
        }
        if (ended || saveDue(config.checkpoint(), step, sinceSave)) {
          all.on(new TrainingEvent.Saved(step, save(state, config, run, phases)));
          sinceSave = new Stopwatch();
        }
      }
      TrainingEvent.Finished finished =
          new TrainingEvent.Finished(
              state.step(), state.step() >= config.steps(), total.minutes() * 60);
      all.on(finished);
      return finished;
    }
  }

  /** A picture of what the networks make; none where drawing fails, which ends no training. */
  private static Optional<BufferedImage> sampled(TrainingTask task, TrainingState state) {
    try {
      return Optional.of(state.evaluate(task::samples));
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      LOG.warn("samples cannot be made; the training goes on without: {}", e.toString());
      return Optional.empty();
    }
  }

  /** The device of the first network; the caller closes it. */
  private static Device device(TrainingTask task) {
    try (PointerScope scope = new PointerScope()) {
      Tensor first = StateDict.parameters(task.phases().get(0).module()).values().iterator().next();
      Device device = first.device();
      device.retainReference();
      return device;
    }
  }

  private static Metrics resume(
      TrainingState state, TrainerConfig config, RunDirectory run, TrainingListener listener) {
    List<String> phases = state.phases().stream().map(t -> t.phase().name()).toList();
    Optional<WholeCheckpoint> newest = WholeCheckpoint.newest(run, phases);
    newest.ifPresent(
        found -> {
          Checkpoint.State before = Checkpoint.restore(found.folder(), state);
          // Not before the older one is known to fit: what is kept is not touched for nothing.
          for (WholeCheckpoint.Damaged damaged : found.damaged()) {
            Path aside = run.setAside(damaged.folder());
            listener.on(new TrainingEvent.Damaged(damaged.step(), aside, damaged.reason()));
          }
          boolean changed = !before.configHash().equals(Checkpoint.hash(config));
          listener.on(new TrainingEvent.Resumed(before.step(), changed));
        });
    return new Metrics(run, state.step());
  }

  private static boolean saveDue(TrainerConfig.Saving saving, long step, Stopwatch sinceSave) {
    return (saving.everySteps() > 0 && step % saving.everySteps() == 0)
        || (saving.everyMinutes() != null && sinceSave.minutes() >= saving.everyMinutes());
  }

  private static Path save(
      TrainingState state,
      TrainerConfig config,
      RunDirectory run,
      Map<String, TrainingEvent.PhaseStep> phases) {
    Map<String, Double> losses = new LinkedHashMap<>();
    phases.forEach((name, report) -> losses.put(name, report.loss()));
    Path folder = run.checkpoint(state.step());
    Checkpoint.write(folder, state, config, losses);
    run.prune(config.checkpoint().keep());
    return folder;
  }

  /** Wall-clock time since it was made. */
  private static final class Stopwatch {
    private final long start = System.nanoTime();

    double minutes() {
      return (System.nanoTime() - start) / 60e9;
    }
  }
}
