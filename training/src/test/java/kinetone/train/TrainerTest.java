package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.tensor.Precision;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  @TempDir Path folder;

  private static TrainerConfig config(int steps, int saveEvery, Double maxMinutes) {
    return new TrainerConfig(
        steps,
        5,
        OptimizerConfig.adamW(1e-2, 0.01),
        null,
        LearningRate.cosine(3, 0.1),
        2,
        1.0,
        new Ema.Config(0.99, true),
        null,
        10,
        new TrainerConfig.Saving(saveEvery, null, 3),
        maxMinutes,
        2);
  }

  private TrainingEvent.Finished train(
      Path where, TrainerConfig config, TrainingTask task, TrainingListener listener) {
    try (task) {
      return Trainer.run(task, config, RunDirectory.open(where), listener);
    }
  }

  private static void assertSameBytes(Path a, Path b) throws IOException {
    for (String name :
        List.of(
            "net.safetensors",
            "net.ema.safetensors",
            "net.optimizer.safetensors",
            "rng.bin",
            "state.json")) {
      assertThat(Files.readAllBytes(a.resolve(name)))
          .as(name)
          .isEqualTo(Files.readAllBytes(b.resolve(name)));
    }
  }

  @Test
  void a_run_resumed_at_half_way_equals_an_uninterrupted_one_bit_for_bit() throws IOException {
    Path straight = folder.resolve("straight");
    Path halves = folder.resolve("halves");
    train(straight, config(20, 10, null), new NoisyLine(16, 8), TrainingListener.NONE);

    train(
        halves,
        config(20, 10, null),
        new NoisyLine(16, 8),
        event -> {
          if (event instanceof TrainingEvent.Saved saved && saved.step() == 10) {
            throw new IllegalStateException("pulled plug");
          }
        },
        IllegalStateException.class);
    List<TrainingEvent> events = new ArrayList<>();
    train(halves, config(20, 10, null), new NoisyLine(16, 8), events::add);

    assertThat(events.get(0)).isEqualTo(new TrainingEvent.Resumed(10, false));
    Path last = RunDirectory.open(halves).latest().orElseThrow();
    assertThat(last.getFileName()).hasToString("step-00000020");
    assertSameBytes(last, RunDirectory.open(straight).latest().orElseThrow());
    assertThat(Files.readAllLines(halves.resolve("metrics.jsonl"))).hasSize(22);
  }

  @Test
  void noise_that_is_drawn_ahead_changes_no_step() {
    try (NoisyLine plainTask = new NoisyLine(16, 8);
        NoisyLine aheadTask = new NoisyLine(16, 8);
        TrainingState plain = new TrainingState(plainTask, config(20, 10, null), false);
        TrainingState ahead = new TrainingState(aheadTask, config(20, 10, null), true)) {
      for (int i = 0; i < 5; i++) {
        assertThat(ahead.advance(() -> () -> {})).isEqualTo(plain.advance(() -> () -> {}));
        assertThat(ahead.rng().state()).isEqualTo(plain.rng().state());
      }
    }
  }

  private void train(
      Path where,
      TrainerConfig config,
      TrainingTask task,
      TrainingListener listener,
      Class<? extends Throwable> expected) {
    assertThatThrownBy(() -> train(where, config, task, listener)).isInstanceOf(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cut net.safetensors",
        "cut net.optimizer.safetensors",
        "cut rng.bin",
        "cut state.json",
        "lose net.ema.safetensors",
        "lose state.json",
        "noise in rng.bin",
      })
  void a_damaged_newest_checkpoint_gives_way_to_an_older_one(String damage) throws IOException {
    Path straight = folder.resolve("straight");
    Path run = folder.resolve("run");
    train(straight, config(20, 10, null), new NoisyLine(16, 8), TrainingListener.NONE);
    train(run, config(20, 10, null), new NoisyLine(16, 8), TrainingListener.NONE);
    Path newest = RunDirectory.open(run).latest().orElseThrow();
    damage(newest, damage);
    List<TrainingEvent> events = new ArrayList<>();
    train(run, config(20, 10, null), new NoisyLine(16, 8), events::add);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            TrainingEvent.Damaged.class,
            told -> {
              assertThat(told.step()).isEqualTo(20);
              assertThat(told.folder()).isDirectory().hasFileName("step-00000020.damaged");
              assertThat(told.reason()).contains(damage.replaceAll(".* ", ""));
            });
    assertThat(events.get(1)).isEqualTo(new TrainingEvent.Resumed(10, false));
    assertSameBytes(newest, RunDirectory.open(straight).latest().orElseThrow());
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(22);
  }

  private static void damage(Path checkpoint, String damage) throws IOException {
    Path file = checkpoint.resolve(damage.replaceAll(".* ", ""));
    byte[] bytes = Files.readAllBytes(file);
    if (damage.startsWith("lose")) {
      Files.delete(file);
    } else if (damage.startsWith("cut")) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
    } else {
      Arrays.fill(bytes, (byte) 77);
      Files.write(file, bytes);
    }
  }

  @Test
  void where_no_checkpoint_is_whole_nothing_is_touched() throws IOException {
    train(folder, config(20, 10, null), new NoisyLine(16, 8), TrainingListener.NONE);
    for (Path checkpoint : RunDirectory.open(folder).checkpoints()) {
      damage(checkpoint, "cut net.safetensors");
    }
    assertThatThrownBy(
            () -> train(folder, config(20, 10, null), new NoisyLine(16, 8), TrainingListener.NONE))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("step-00000020 is damaged")
        .hasMessageContaining("train again in another folder");
    assertThat(RunDirectory.open(folder).checkpoints()).hasSize(2);
  }

  @Test
  void losses_fall_and_events_come_in_order() {
    List<TrainingEvent> events = new ArrayList<>();
    train(folder, config(100, 40, null), new NoisyLine(16, 8), events::add);

    List<Double> losses =
        events.stream()
            .filter(TrainingEvent.Step.class::isInstance)
            .map(event -> ((TrainingEvent.Step) event).phases().get("net").loss())
            .toList();
    assertThat(losses).hasSize(100);
    assertThat(losses.get(99)).isLessThan(losses.get(0) / 3);
    assertThat(events.get(events.size() - 1))
        .isInstanceOfSatisfying(
            TrainingEvent.Finished.class, end -> assertThat(end.completed()).isTrue());
    assertThat(RunDirectory.open(folder).checkpoints())
        .extracting(path -> path.getFileName().toString())
        .containsExactly("step-00000040", "step-00000080", "step-00000100");
  }

  @Test
  void the_time_limit_ends_a_run_with_a_checkpoint() {
    TrainingEvent.Finished end =
        train(folder, config(1000, 0, 0.0), new NoisyLine(16, 8), TrainingListener.NONE);

    assertThat(end.completed()).isFalse();
    assertThat(end.step()).isEqualTo(1);
    assertThat(RunDirectory.open(folder).latest()).isPresent();
  }

  @Test
  void a_few_bad_steps_are_skipped_and_counted_and_leave_no_trace_in_the_weights() {
    List<TrainingEvent> events = new ArrayList<>();
    train(folder, config(20, 0, null), new NoisyLine(16, 8, 5, 7), events::add);

    TrainingEvent.Step last =
        (TrainingEvent.Step)
            events.stream()
                .filter(TrainingEvent.Step.class::isInstance)
                .reduce((a, b) -> b)
                .orElseThrow();
    assertThat(last.skipped()).isEqualTo(2);
    assertThat(last.phases().get("net").loss()).isFinite();
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights =
          Checkpoint.weights(RunDirectory.open(folder).latest().orElseThrow(), "net", true);
      for (Tensor tensor : weights.values()) {
        for (float value : Tensors.toFloats(tensor)) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void lasting_bad_steps_end_the_training_with_one_line() {
    assertThatThrownBy(
            () ->
                train(
                    folder,
                    config(20, 0, null),
                    new NoisyLine(16, 8, 5, 99),
                    TrainingListener.NONE))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("not finite in 3 steps in a row")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void a_checkpoint_of_another_model_is_refused() {
    train(folder, config(2, 0, null), new NoisyLine(16, 8), TrainingListener.NONE);

    assertThatThrownBy(
            () -> train(folder, config(4, 0, null), new NoisyLine(8, 8), TrainingListener.NONE))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("do not fit the model");
  }

  @Test
  void two_half_batches_give_the_gradient_step_of_one_full_batch() {
    Map<String, float[]> full = oneStep(1);
    Map<String, float[]> halves = oneStep(2);

    full.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            assertThat(halves.get(name)[i]).isCloseTo(values[i], within(2e-7f));
          }
        });
  }

  /** The first moment after one step, a tenth of the gradient: Adam's step itself hides scale. */
  private Map<String, float[]> oneStep(int microBatches) {
    Path where = folder.resolve("accumulate" + microBatches);
    TrainerConfig config =
        new TrainerConfig(
            1,
            1,
            OptimizerConfig.adamW(1e-2, 0),
            null,
            null,
            microBatches,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    train(where, config, new SplitBatch(microBatches), TrainingListener.NONE);
    Map<String, float[]> result = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      Path file =
          RunDirectory.open(where).latest().orElseThrow().resolve("net.optimizer.safetensors");
      SafeTensors.read(file)
          .tensors()
          .forEach(
              (name, tensor) -> {
                if (name.startsWith("exp_avg.")) {
                  result.put(name, Tensors.toFloats(tensor));
                }
              });
    }
    assertThat(result).hasSize(4);
    return result;
  }

  @Test
  void gradients_of_the_generator_phase_do_not_reach_the_discriminator_step() throws IOException {
    TrainerConfig config = TrainerConfig.of(3, 1, OptimizerConfig.adamW(1e-2, 0));
    train(folder.resolve("both"), config, new Duel(true), TrainingListener.NONE);
    train(folder.resolve("alone"), config, new Duel(false), TrainingListener.NONE);

    for (String file : List.of("disc.safetensors", "disc.optimizer.safetensors")) {
      assertThat(Files.readAllBytes(folder.resolve("both/checkpoints/step-00000003/" + file)))
          .isEqualTo(Files.readAllBytes(folder.resolve("alone/checkpoints/step-00000003/" + file)));
    }
    assertThat(folder.resolve("both/checkpoints/step-00000003/gen.safetensors")).exists();
  }

  @Test
  void the_listener_can_end_a_run_and_the_next_one_goes_on() {
    TrainingListener stopping =
        new TrainingListener() {
          private long step;

          @Override
          public void on(TrainingEvent event) {
            step = event.step();
          }

          @Override
          public boolean stop() {
            return step == 4;
          }
        };
    assertThat(train(folder, config(9, 0, null), new NoisyLine(16, 8), stopping).step())
        .isEqualTo(4);
    assertThat(
            train(folder, config(9, 0, null), new NoisyLine(16, 8), TrainingListener.NONE)
                .completed())
        .isTrue();
  }

  @Test
  void bfloat16_trains_about_as_float32_does_and_leaves_autocast_off() {
    List<TrainingEvent.PhaseStep> last = new ArrayList<>();
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      TrainerConfig config =
          new TrainerConfig(
              30,
              1,
              OptimizerConfig.adamW(1e-2, 0),
              null,
              null,
              null,
              null,
              null,
              precision,
              null,
              null,
              null,
              null);
      train(
          folder.resolve(precision.name()),
          config,
          new NoisyLine(16, 8),
          event -> {
            if (event instanceof TrainingEvent.Step step && step.step() == 30) {
              last.add(step.phases().get("net"));
            }
          });
    }
    assertThat(last.get(1).loss())
        .isNotEqualTo(last.get(0).loss())
        .isCloseTo(last.get(0).loss(), withinPercentage(20));
    assertThat(torch.is_autocast_enabled(torch.DeviceType.CPU)).isFalse();
  }

  @Test
  void the_forward_mode_is_open_during_the_loss_only() {
    List<String> order = new ArrayList<>();
    try (NoisyLine task = new NoisyLine(16, 8)) {
      Trainer.run(
          task,
          config(1, 0, null),
          RunDirectory.open(folder),
          event -> order.add(event.getClass().getSimpleName()),
          () -> {
            order.add("open");
            return () -> order.add("close");
          });
    }
    assertThat(order)
        .containsExactly(
            "open", "close", "open", "close", "Step", "Validated", "Saved", "Finished");
  }

  @Test
  void three_hundred_steps_leave_no_native_memory_behind() {
    List<Long> bytes = new ArrayList<>();
    train(
        folder,
        config(300, 0, null),
        new NoisyLine(16, 8),
        event -> {
          if (event instanceof TrainingEvent.Step step && step.step() % 50 == 0) {
            bytes.add(Pointer.totalBytes());
            bytes.add(Pointer.totalCount());
          }
        });

    assertThat(bytes.get(10)).isEqualTo(bytes.get(2));
    assertThat(bytes.get(11)).isEqualTo(bytes.get(3));
  }
}
