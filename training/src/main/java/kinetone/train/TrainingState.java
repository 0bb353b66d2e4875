package kinetone.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kinetone.common.KinetoneException;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Draw;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Everything that changes while training, and the change that one step makes to it. */
final class TrainingState implements AutoCloseable {
  /**
   * A phase with what the trainer adds to it.
   *
   * @param parameters those that are trained
   * @param ema null when nothing is averaged
   * @param frozen SHA-256 of what is not trained; null when everything is
   */
  record Trained(
      TrainingTask.Phase phase,
      Map<String, Tensor> parameters,
      Optimizer optimizer,
      Ema ema,
      String frozen) {}

  private final TrainerConfig config;
  private final List<Trained> phases = new ArrayList<>();
  private final Rng rng;
  private final boolean drawsAhead;
  private final Map<String, List<Draw>> drawn = new HashMap<>();
  private long step;
  private int skipped;
  private int skippedInARow;

  /** Where a device computes by itself, noise of the next batch is drawn meanwhile. */
  TrainingState(TrainingTask task, TrainerConfig config) {
    this(task, config, !onCpu(task));
  }

  TrainingState(TrainingTask task, TrainerConfig config, boolean drawsAhead) {
    this.config = config;
    this.drawsAhead = drawsAhead;
    rng = new Rng(config.seed());
    for (TrainingTask.Phase phase : task.phases()) {
      if (!phase.name().matches("[A-Za-z0-9_-]+")) {
        throw KinetoneException.internal("phase name '%s' does not fit a file name", phase.name());
      }
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> parameters = StateDict.parameters(phase.module());
        parameters.values().removeIf(parameter -> !parameter.requires_grad());
        Optimizer optimizer = Optimizer.of(config.optimizer(phase.name()), parameters);
        Ema ema = config.ema() == null ? null : new Ema(config.ema(), parameters);
        // The optimiser keeps these tensors alive.
        String frozen = FrozenParts.sha256(phase.module());
        phases.add(new Trained(phase, parameters, optimizer, ema, frozen));
      }
    }
  }

  private static boolean onCpu(TrainingTask task) {
    try (PointerScope scope = new PointerScope()) {
      return StateDict.parameters(task.phases().get(0).module()).values().stream()
          .allMatch(parameter -> parameter.device().is_cpu());
    }
  }

  List<Trained> phases() {
    return phases;
  }

  Rng rng() {
    return rng;
  }

  /** Steps done so far. */
  long step() {
    return step;
  }

  int skipped() {
    return skipped;
  }

  /** Returns to the counts of a checkpoint, whose tensors are already in place. */
  void restoreCounts(long step, int skipped) {
    this.step = step;
    this.skipped = skipped;
  }

  /** Updates every phase once. */
  Map<String, TrainingEvent.PhaseStep> advance(Supplier<? extends AutoCloseable> forward) {
    Map<String, TrainingEvent.PhaseStep> reports = new LinkedHashMap<>();
    boolean finite = true;
    for (Trained trained : phases) {
      TrainingEvent.PhaseStep report = update(trained, forward);
      finite &= Double.isFinite(report.loss()) && Double.isFinite(report.gradNorm());
      reports.put(trained.phase.name(), report);
    }
    skipped += finite ? 0 : 1;
    skippedInARow = finite ? 0 : skippedInARow + 1;
    if (skippedInARow > config.maxSkipped()) {
      throw KinetoneException.user(
          "training diverged: loss or gradient was not finite in %d steps in a row, the last is step"
              + " %d (%s); lower learningRate or clipNorm, or use precision FP32",
          skippedInARow, step + 1, reports);
    }
    step++;
    return reports;
  }

  private TrainingEvent.PhaseStep update(
      Trained trained, Supplier<? extends AutoCloseable> forward) {
    Module module = trained.phase.module();
    module.zero_grad(true);
    Map<String, Double> losses = new LinkedHashMap<>();
    double norm;
    try (TensorScope scope = TensorScope.open()) {
      List<Figures> figures = new ArrayList<>();
      for (int i = 0; i < config.gradientAccumulation(); i++) {
        figures.add(microBatch(trained.phase, i, forward));
      }
      try (NoGradGuard noGrad = new NoGradGuard()) {
        norm = read(figures, trained.parameters.values(), losses);
        GradientClip.scale(trained.parameters.values(), norm, config.clipNorm());
      }
    }
    losses.replaceAll((name, sum) -> sum / config.gradientAccumulation());
    double loss = losses.remove("");
    double rate =
        config.optimizer(trained.phase.name()).learningRate()
            * config.schedule().factor(step, config.steps());
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      trained.optimizer.step(rate);
      if (trained.ema != null) {
        trained.ema.update();
      }
    }
    return new TrainingEvent.PhaseStep(loss, losses, rate, norm);
  }

  /**
   * What a micro batch has to tell, still on its device.
   *
   * @param names the total loss is under the empty name
   * @param values float32, one for each name
   */
  private record Figures(List<String> names, Tensor values) {}

  /**
   * Adds all figures to {@code losses}. One look at the device in a step, at losses and norm
   * together: each look waits for all that was asked for before.
   *
   * @return the norm of the gradients; 0 when there are none
   */
  private static double read(
      List<Figures> figures, Collection<Tensor> parameters, Map<String, Double> losses) {
    Optional<Tensor> norm = GradientClip.norm(parameters);
    TensorVector all = new TensorVector();
    figures.forEach(f -> all.push_back(f.values()));
    norm.ifPresent(n -> all.push_back(figure(n, figures.get(0).values())));
    float[] numbers = Tensors.toFloats(torch.cat(all));
    int at = 0;
    for (Figures micro : figures) {
      for (String name : micro.names()) {
        losses.merge(name, (double) numbers[at++], Double::sum);
      }
    }
    return norm.isPresent() ? numbers[at] : 0;
  }

  /** Adds the gradients of one micro batch; its figures go to the caller's scope. */
  private Figures microBatch(
      TrainingTask.Phase phase, int microBatch, Supplier<? extends AutoCloseable> forward) {
    try (TensorScope scope = TensorScope.open()) {
      TrainingTask.Value value = inside(forward, () -> phase.loss().of(step, microBatch, rng));
      if (drawsAhead) {
        drawAhead(phase, microBatch);
      }
      Tensor total = value.total();
      if (config.gradientAccumulation() == 1) {
        Differentiation.backward(total);
      } else {
        Differentiation.backward(total.mul(new Scalar(1.0 / config.gradientAccumulation())));
      }
      if (value.checkpoints().isPresent()) {
        try (GradientCheckpoints checkpoints = value.checkpoints().get()) {
          checkpoints.backward(again -> inside(forward, again));
        }
      }
      List<String> names = new ArrayList<>(List.of(""));
      TensorVector figures = new TensorVector();
      figures.push_back(figure(total, total));
      value
          .parts()
          .forEach(
              (name, part) -> {
                names.add(name);
                figures.push_back(figure(part, total));
              });
      return new Figures(names, scope.keep(torch.cat(figures)));
    }
  }

  /** The next micro batch probably asks for what it asked for in the step before. */
  private void drawAhead(TrainingTask.Phase phase, int microBatch) {
    boolean samePhase = microBatch + 1 < config.gradientAccumulation();
    List<String> names = phases.stream().map(trained -> trained.phase.name()).toList();
    String next =
        samePhase ? phase.name() : names.get((names.indexOf(phase.name()) + 1) % names.size());
    List<Draw> expected =
        drawn.getOrDefault(next + "/" + (samePhase ? microBatch + 1 : 0), List.of());
    drawn.put(phase.name() + "/" + microBatch, rng.expect(expected));
  }

  private static Tensor figure(Tensor scalar, Tensor like) {
    return scalar.detach().to(like.device(), ScalarType.Float).reshape(1);
  }

  private static <R> R inside(Supplier<? extends AutoCloseable> forward, Supplier<R> pass) {
    try (AutoCloseable mode = forward.get()) {
      return pass.get();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code question} answers with the averaged weights, if there are any, in place. */
  <R> R evaluate(Supplier<R> question) {
    List<Ema.Swap> swaps = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Trained trained : phases) {
        trained.phase.module().eval();
        if (trained.ema != null) {
          swaps.add(trained.ema.swapIn());
        }
      }
      return question.get();
    } finally {
      swaps.forEach(Ema.Swap::close);
      trainMode();
    }
  }

  /** Switches dropout and the like on, where something is trained. */
  void trainMode() {
    phases.forEach(trained -> FrozenParts.train(trained.phase.module()));
  }

  @Override
  public void close() {
    for (Trained trained : phases) {
      trained.phase.module().zero_grad(true);
      if (trained.ema != null) {
        trained.ema.close();
      }
      trained.optimizer.close();
    }
    rng.close();
  }
}
