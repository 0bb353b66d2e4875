package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.convert.Layout;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training may begin from the weights of another kind of network, where names are known. */
class InitialWeightsTest {
  @TempDir Path folder;

  private record Layer(LinearImpl module) implements LatentObjective {
    @Override
    public Network network() {
      return new Network("layer", "Layer", Map.of(), module);
    }

    @Override
    public Optional<Naming> startsFrom(String type) {
      Naming backwards =
          new Naming() {
            @Override
            public String label() {
              return "backwards";
            }

            @Override
            public Optional<Layout> layout(String name, long[] shape) {
              return Optional.of(
                  new Layout.Renamed(new StringBuilder(name).reverse().toString(), shape));
            }
          };
      return type.equals("Backwards") ? Optional.of(backwards) : Optional.empty();
    }

    @Override
    public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
      throw new AssertionError("nothing is trained here");
    }

    @Override
    public List<HeldOut> heldOut() {
      return List.of();
    }
  }

  private void write(String type) {
    try (TensorScope scope = TensorScope.open()) {
      ComponentFolder.write(
          folder,
          type,
          Map.of(),
          Map.of(
              "thgiew", Tensors.of(new float[] {1, 2, 3, 4}, 2, 2),
              "saib", Tensors.of(new float[] {5, 6}, 2)),
          ScalarType.Float);
    }
  }

  @Test
  void weights_of_a_kind_whose_names_are_known_become_the_networks() {
    LinearImpl module = new LinearImpl(2, 2);
    write("Backwards");
    InitialWeights.load(folder.toString(), new Layer(module));
    assertThat(Tensors.toFloats(module.weight())).containsExactly(1, 2, 3, 4);
    assertThat(Tensors.toFloats(module.bias())).containsExactly(5, 6);
  }

  @Test
  void weights_of_any_other_kind_are_refused() {
    write("Sideways");
    assertThatThrownBy(
            () -> InitialWeights.load(folder.toString(), new Layer(new LinearImpl(2, 2))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("holds another network");
  }
}
