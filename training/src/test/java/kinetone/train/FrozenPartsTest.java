package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.nn.BatchNorm;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenPartsTest {
  private static final List<String> HEAD = List.of("head.weight", "head.bias");

  @TempDir Path folder;

  /** A linear layer and a batch norm: the part that is trained first and then frozen. */
  private static final class Trunk extends Module {
    private final Linear linear;
    private final BatchNorm norm;

    Trunk(long seed) {
      super("Trunk");
      try (Rng rng = new Rng(seed)) {
        linear = register_module("linear", Linear.xavier(4, 64, rng));
      }
      norm = register_module("norm", new BatchNorm(64, 1));
    }

    Tensor forward(Tensor x) {
      return torch.tanh(norm.forward(linear.forward(x)));
    }
  }

  /** A trunk below a trained layer. */
  private static final class Net extends Module {
    private final Trunk trunk;
    private final Linear head;

    Net(long seed, boolean freeze) {
      super("Net");
      trunk = register_module("base", new Trunk(seed));
      try (Rng rng = new Rng(99)) {
        head = register_module("head", Linear.xavier(64, 4, rng));
      }
      if (freeze) {
        StateDict.parameters(trunk).values().forEach(p -> p.set_requires_grad(false));
      }
    }
  }

  private static final class Task implements TrainingTask {
    private final Net net;

    Task(long seed, boolean freeze) {
      net = new Net(seed, freeze);
    }

    @Override
    public List<Phase> phases() {
      return List.of(
          new Phase(
              "net",
              net,
              (step, micro, rng) -> {
                Tensor x = rng.normal(8, 4);
                Tensor made = net.head.forward(net.trunk.forward(x));
                return new Value(torch.mse_loss(made, x), Map.of());
              }));
    }

    @Override
    public Map<String, Double> validate() {
      return Map.of();
    }

    @Override
    public void close() {
      net.close();
    }
  }

  private static TrainerConfig config(int steps) {
    return new TrainerConfig(
        steps,
        5,
        OptimizerConfig.adamW(1e-2, 0.01),
        null,
        LearningRate.cosine(3, 0.1),
        2,
        1.0,
        new Ema.Config(0.9, true),
        null,
        2,
        new TrainerConfig.Saving(5, null, 3),
        null,
        2);
  }

  private static Path train(Path run, Task task, int steps) {
    try (task) {
      Trainer.run(task, config(steps), RunDirectory.open(run), TrainingListener.NONE);
    }
    return RunDirectory.open(run).latest().orElseThrow();
  }

  private static Map<String, Tensor> read(Path file) {
    return SafeTensors.read(file).tensors();
  }

  @Test
  void checkpoints_averages_and_optimiser_hold_the_trained_tensors_only() throws IOException {
    Path frozen = train(folder.resolve("frozen"), new Task(1, true), 5);
    Path whole = train(folder.resolve("whole"), new Task(1, false), 5);
    try (TensorScope scope = TensorScope.open()) {
      assertThat(read(frozen.resolve("net.safetensors"))).containsOnlyKeys(HEAD);
      assertThat(read(frozen.resolve("net.ema.safetensors"))).containsOnlyKeys(HEAD);
      assertThat(read(frozen.resolve("net.optimizer.safetensors")).keySet())
          .hasSize(6)
          .allMatch(name -> name.contains(".head."));
      assertThat(Files.readString(frozen.resolve("state.json"))).contains("\"frozen\"");

      assertThat(read(whole.resolve("net.safetensors")))
          .containsKeys("base.linear.weight", "base.norm.running_mean", "head.weight")
          .hasSize(9);
      assertThat(read(whole.resolve("net.ema.safetensors"))).hasSize(6);
      assertThat(Files.readString(whole.resolve("state.json"))).doesNotContain("frozen");
    }
    assertThat(Files.size(frozen.resolve("net.safetensors")))
        .isLessThan(Files.size(whole.resolve("net.safetensors")) / 2);
  }

  @Test
  void training_leaves_frozen_parameters_and_statistics_as_they_are() {
    Task task = new Task(1, true);
    Net before = new Net(1, true);
    TensorScope scope = TensorScope.open();
    try (scope;
        task) {
      Trainer.run(task, config(5), RunDirectory.open(folder.resolve("run")), TrainingListener.NONE);
      Map<String, Tensor> now = StateDict.of(task.net);
      StateDict.of(before)
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.equal(now.get(name)))
                      .as(name)
                      .isEqualTo(name.startsWith("base.")));
    }
    Task trained = new Task(1, false);
    try (TensorScope inner = TensorScope.open();
        trained) {
      Trainer.run(
          trained, config(5), RunDirectory.open(folder.resolve("other")), TrainingListener.NONE);
      assertThat(StateDict.of(trained.net).get("base.norm.num_batches_tracked").item_long())
          .as("what is not frozen counts its batches")
          .isEqualTo(10);
    }
  }

  @Test
  void a_resumed_run_with_frozen_parts_equals_an_uninterrupted_one_bit_for_bit()
      throws IOException {
    Path straight = train(folder.resolve("straight"), new Task(1, true), 10);
    Path halves = folder.resolve("halves");
    try (Task half = new Task(1, true)) {
      assertThatThrownBy(
              () ->
                  Trainer.run(
                      half,
                      config(10),
                      RunDirectory.open(halves),
                      event -> {
                        if (event instanceof TrainingEvent.Saved) {
                          throw new IllegalStateException("plug pulled");
                        }
                      }))
          .hasMessage("plug pulled");
    }
    Path resumed = train(halves, new Task(1, true), 10);
    for (String name :
        List.of("net", "net.ema", "net.optimizer").stream().map(n -> n + ".safetensors").toList()) {
      assertThat(Files.readAllBytes(resumed.resolve(name)))
          .as(name)
          .isEqualTo(Files.readAllBytes(straight.resolve(name)));
    }
    assertThat(Files.readAllBytes(resumed.resolve("state.json")))
        .isEqualTo(Files.readAllBytes(straight.resolve("state.json")));
  }

  @Test
  void a_run_does_not_resume_with_other_frozen_weights_or_with_none() {
    Path run = folder.resolve("run");
    train(run, new Task(1, true), 5);
    for (Task other : List.of(new Task(2, true), new Task(1, false))) {
      assertThatThrownBy(() -> train(run, other, 10))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("other frozen weights")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void averaged_weights_become_a_component_that_builds_on_its_base() {
    Path base = folder.resolve("base");
    Path model = folder.resolve("model");
    try (TensorScope scope = TensorScope.open()) {
      ComponentFolder.write(base, "Trunk", Map.of(), StateDict.of(new Trunk(1)), ScalarType.Float);
      Path newest = train(folder.resolve("run"), new Task(1, true), 5);
      Net net = new Net(1, true);
      Map<String, Tensor> averaged = Checkpoint.weights(newest, "net", true);
      assertThat(averaged).containsOnlyKeys(HEAD);
      StateDict.loadTrained("checkpoint", net, averaged);
      ComponentFolder.write(
          model,
          "Net",
          Map.of(),
          StateDict.trained(net),
          ScalarType.Float,
          Base.of(model, base, "base."));
      Net loaded = new Net(3, false);
      ComponentFolder.load(model, loaded);
      Map<String, Tensor> expected = StateDict.of(net);
      StateDict.of(loaded)
          .forEach((name, t) -> assertThat(t.equal(expected.get(name))).as(name).isTrue());
      assertThat(Tensors.toFloats(averaged.get("head.weight")))
          .isNotEqualTo(
              Tensors.toFloats(Checkpoint.weights(newest, "net", false).get("head.weight")));
    }
  }

  @Test
  void loading_what_was_trained_is_strict() {
    Net net = new Net(1, true);
    try (TensorScope scope = TensorScope.open()) {
      assertThat(StateDict.trained(net)).containsOnlyKeys(HEAD);
      assertThat(StateDict.frozen(net)).hasSize(7);
      assertThat(StateDict.trained(new Net(1, false))).hasSize(9);
      Map<String, Tensor> whole = StateDict.of(new Net(1, false));
      assertThatThrownBy(() -> StateDict.loadTrained("whole", net, whole))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("unexpected base.linear.weight");
      assertThatThrownBy(
              () ->
                  StateDict.loadTrained(
                      "half", net, Map.of("head.weight", whole.get("head.weight"))))
          .hasMessageContaining("missing head.bias");
    }
  }
}
