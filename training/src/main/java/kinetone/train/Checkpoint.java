package kinetone.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A training stopped between two steps, as a folder:
 *
 * <pre>
 *   PHASE.safetensors            parameters and buffers, without those of frozen parts
 *   PHASE.ema.safetensors        averaged parameters, when there are any
 *   PHASE.optimizer.safetensors  state of the optimiser by parameter
 *   rng.bin                      state of the noise generator
 *   state.json                   {@link State}
 * </pre>
 *
 * The folder appears at once: a process killed while writing leaves the older checkpoints and a
 * folder that begins with {@code .tmp-}, which the next run removes. A run that resumes continues
 * bit for bit as if it had never stopped. What does not require gradients is frozen: whoever builds
 * the network gives it its weights, and a checkpoint remembers only their hash.
 */
public final class Checkpoint {
  private static final int FORMAT = 1;

  /**
   * The small part of a checkpoint.
   *
   * @param format version of the layout
   * @param step steps done
   * @param configHash SHA-256 of the trainer's configuration, see {@link #hash}
   * @param skipped steps skipped for non-finite losses
   * @param emaUpdates updates of each phase's average
   * @param losses of the last step by phase
   * @param frozen SHA-256 of the frozen parts of each phase that has some; absent when none has
   */
  public record State(
      int format,
      long step,
      String configHash,
      int skipped,
      Map<String, Long> emaUpdates,
      Map<String, Double> losses,
      // Not written when everything is trained, whose files look as before there were frozen parts.
      @JsonInclude(JsonInclude.Include.NON_NULL) Map<String, String> frozen) {}

  private Checkpoint() {}

  /** Writes {@code folder} as a whole. */
  static void write(
      Path folder, TrainingState state, TrainerConfig config, Map<String, Double> losses) {
    Map<String, Long> emaUpdates = new LinkedHashMap<>();
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          try (TensorScope scope = TensorScope.open()) {
            for (TrainingState.Trained trained : state.phases()) {
              String name = trained.phase().name();
              write(temporary, name, StateDict.trained(trained.phase().module()));
              write(temporary, name + ".optimizer", trained.optimizer().state());
              if (trained.ema() != null) {
                write(temporary, name + ".ema", trained.ema().shadows());
                emaUpdates.put(name, trained.ema().updates());
              }
            }
          }
          Files.write(temporary.resolve("rng.bin"), state.rng().state());
          State small =
              new State(
                  FORMAT,
                  state.step(),
                  hash(config),
                  state.skipped(),
                  emaUpdates,
                  losses,
                  frozen(state));
          Files.writeString(
              temporary.resolve("state.json"), Json.MAPPER.writeValueAsString(small) + "\n");
        });
  }

  /**
   * Requires that all files of a checkpoint are there and as long as they say; whether they fit a
   * network shows when they are loaded.
   *
   * @param phases that it must have
   * @throws KinetoneException of kind USER naming what is damaged
   */
  static void requireWhole(Path folder, Collection<String> phases) {
    State small = state(folder);
    for (String phase : phases) {
      SafeTensors.places(file(folder, phase));
      SafeTensors.places(file(folder, phase + ".optimizer"));
      if (small.emaUpdates().containsKey(phase)) {
        SafeTensors.places(file(folder, phase + ".ema"));
      }
    }
    Path noise = folder.resolve("rng.bin");
    try (Rng scratch = new Rng(0)) {
      byte[] stored = Files.readAllBytes(noise);
      Check.that(
          stored.length == scratch.state().length,
          "%s is damaged: it has %d bytes instead of %d",
          noise,
          stored.length,
          scratch.state().length);
      scratch.restore(stored);
    } catch (IOException e) {
      throw KinetoneException.user(e, "%s cannot be read", noise);
    } catch (KinetoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw KinetoneException.user(e, "%s is damaged: it holds no state of a generator", noise);
    }
  }

  /** Puts the content of {@code folder} into {@code state}. */
  static State restore(Path folder, TrainingState state) {
    State small = state(folder);
    Check.that(
        Objects.equals(small.frozen(), frozen(state)),
        "checkpoint %s was trained with other frozen weights than those given now; resume with the"
            + " base and the configuration of that run or start in another folder",
        folder);
    for (TrainingState.Trained trained : state.phases()) {
      try (TensorScope scope = TensorScope.open()) {
        String name = trained.phase().name();
        Path weights = file(folder, name);
        StateDict.loadTrained(weights.toString(), trained.phase().module(), read(weights));
        Path optimizer = file(folder, name + ".optimizer");
        trained.optimizer().load(optimizer.toString(), read(optimizer));
        Path ema = file(folder, name + ".ema");
        if (trained.ema() != null && Files.exists(ema)) {
          trained.ema().load(ema.toString(), read(ema), small.emaUpdates().get(name));
        } else if (trained.ema() != null) {
          trained.ema().copyFromModule();
        }
      }
    }
    try {
      state.rng().restore(Files.readAllBytes(folder.resolve("rng.bin")));
    } catch (IOException e) {
      throw KinetoneException.user(e, "checkpoint %s is incomplete: rng.bin is missing", folder);
    } catch (IllegalArgumentException e) {
      throw KinetoneException.user(
          e, "checkpoint %s is damaged: rng.bin is no state of a generator", folder);
    }
    state.restoreCounts(small.step(), small.skipped());
    return small;
  }

  /** The small part of the checkpoint in {@code folder}. */
  public static State state(Path folder) {
    State state = Json.file(folder.resolve("state.json"), "checkpoint", State.class);
    if (state.format() != FORMAT) {
      throw KinetoneException.user(
          "checkpoint %s has format %d, this version reads %d", folder, state.format(), FORMAT);
    }
    return state;
  }

  /**
   * The weights of a phase, owned by the innermost scope, for a model folder; without those of
   * frozen parts ({@link StateDict#loadTrained} takes them).
   *
   * @param averaged whether averaged parameters, when the checkpoint has them, take the place of
   *     the trained ones
   */
  public static Map<String, Tensor> weights(Path folder, String phase, boolean averaged) {
    Map<String, Tensor> weights = new LinkedHashMap<>(read(file(folder, phase)));
    Path ema = file(folder, phase + ".ema");
    if (averaged && Files.exists(ema)) {
      weights.putAll(read(ema));
    }
    return weights;
  }

  /** SHA-256 of the frozen parts by phase; null when nothing is frozen. */
  private static Map<String, String> frozen(TrainingState state) {
    Map<String, String> frozen = new LinkedHashMap<>();
    for (TrainingState.Trained trained : state.phases()) {
      if (trained.frozen() != null) {
        frozen.put(trained.phase().name(), trained.frozen());
      }
    }
    return frozen.isEmpty() ? null : frozen;
  }

  /** SHA-256 of what decides the weights after each step. */
  static String hash(TrainerConfig config) {
    try {
      return Sha256.of(Json.MAPPER.writeValueAsString(config.trajectory()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path folder, String name, Map<String, Tensor> tensors) {
    SafeTensors.write(file(folder, name), tensors, Map.of("format", "kinetone-training"));
  }

  private static Map<String, Tensor> read(Path file) {
    return SafeTensors.read(file).tensors();
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name + ".safetensors");
  }
}
