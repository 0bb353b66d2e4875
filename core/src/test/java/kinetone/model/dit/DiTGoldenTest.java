package kinetone.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.addcmul;

import java.util.Map;
import kinetone.nn.Gelu;
import kinetone.nn.Golden;
import kinetone.nn.Mlp;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.adaln.Modulation;
import kinetone.nn.attention.SelfAttention;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.Sinusoid;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;

/** Against facebookresearch/DiT; the files come from {@code goldens/dit.py}. */
class DiTGoldenTest {
  private static final int WIDTH = 32;

  @Test
  void timestep_embedding_agrees_with_dit() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("timestep");
      TimestepEmbedding net = golden.fill(new TimestepEmbedding(64, WIDTH, WIDTH, new Rng(1)));
      Tensor t = golden.get("t");
      assertThat(golden.error(new Sinusoid(64).cosFirst(t), "waves")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(net.forward(t), "expected")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(net.ofSinusoids(new Sinusoid(64).sinFirst(t)), "expected"))
          .as("sines first")
          .isGreaterThan(100 * Golden.TOLERANCE);
      assertThat(golden.error(net.forward(t.clamp_min(new Scalar(1))), "expected"))
          .as("t = 0 clamped to 1")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void positions_agree_with_dit() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("sincos");
      Tensor grid = SinCosPosition.grid(5, 5, WIDTH);
      assertThat(golden.error(grid, "expected")).isLessThan(Golden.TOLERANCE);
      Tensor rowsFirst = grid.view(5, 5, WIDTH).transpose(0, 1).reshape(25, WIDTH);
      assertThat(golden.error(rowsFirst, "expected")).as("rows first").isGreaterThan(0.1);
    }
  }

  @Test
  void a_block_agrees_with_dit_and_wrong_ones_do_not() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("block");
      Tensor x = golden.get("x");
      Tensor c = golden.get("c");
      assertThat(golden.error(golden.fill(block(Gelu.TANH)).forward(x, c), "expected"))
          .isLessThan(Golden.TOLERANCE);

      Parts parts = golden.fill(new Parts());
      assertThat(golden.error(parts.forward(x, c, new int[] {0, 1, 2, 3, 4, 5}), "expected"))
          .as("the same block from its parts")
          .isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(parts.forward(x, c, new int[] {1, 0, 2, 4, 3, 5}), "expected"))
          .as("shift and scale swapped")
          .isGreaterThan(100 * Golden.TOLERANCE);
      assertThat(golden.error(parts.forward(x, c, new int[] {0, 1, -1, 3, 4, -1}), "expected"))
          .as("gates missing")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void the_final_layer_agrees_with_dit() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("final");
      DiTFinalLayer layer = golden.fill(new DiTFinalLayer(WIDTH, 32, new Rng(1)));
      assertThat(golden.error(layer.forward(golden.get("x"), golden.get("c")), "expected"))
          .isLessThan(Golden.TOLERANCE);
    }
  }

  @Test
  void the_whole_network_agrees_with_dit() {
    try (TensorScope scope = TensorScope.open()) {
      Golden golden = Golden.read("dit");
      DiT net = golden.fill(new DiT(new DiTConfig(2, WIDTH, 2, 2, 8, 4, 3), new Rng(1)));
      Tensor x = golden.get("x").permute(0, 2, 3, 1).contiguous();
      Tensor out = net.forward(x, golden.get("t"), golden.get("y"));
      assertThat(golden.error(out.permute(0, 3, 1, 2), "expected")).isLessThan(Golden.TOLERANCE);
    }
  }

  @Test
  void parameter_names_and_trainable_count_are_those_of_the_checkpoint() {
    DiT net = new DiT(new DiTConfig(1, WIDTH, 2, 2, 8, 4, 3), new Rng(1));
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> parameters = StateDict.parameters(net);
      assertThat(parameters).doesNotContainKey("pos_embed");
      assertThat(StateDict.of(net))
          .containsKeys("pos_embed", "y_embedder.embedding_table.weight", "t_embedder.mlp.2.bias");
    }
  }

  private static DiTBlock block(Gelu gelu) {
    return new DiTBlock(WIDTH, 2, gelu, new Rng(1));
  }

  /** The block written out, with the order of the six vectors as an argument; −1 is one. */
  private static final class Parts extends Module {
    private final SelfAttention attention;
    private final Mlp mlp;
    private final Modulation modulation;

    Parts() {
      super("Parts");
      Rng rng = new Rng(1);
      attention = register_module("attn", new SelfAttention(WIDTH, 2, rng));
      mlp = register_module("mlp", new Mlp(WIDTH, 4 * WIDTH, Gelu.TANH, rng));
      modulation = register_module("adaLN_modulation", new Modulation(WIDTH, 6, rng));
    }

    Tensor forward(Tensor x, Tensor c, int[] order) {
      TensorVector m = modulation.forward(c);
      Tensor one = m.get(0).mul(new Scalar(0)).add(new Scalar(1));
      Tensor[] v = new Tensor[6];
      for (int i = 0; i < 6; i++) {
        v[i] = (order[i] < 0 ? one : m.get(order[i])).unsqueeze(1);
      }
      Tensor first = AdaLayerNorm.modulate(AdaLayerNorm.normalise(x), v[0], v[1]);
      Tensor h = addcmul(x, v[2], attention.forward(first));
      Tensor second = AdaLayerNorm.modulate(AdaLayerNorm.normalise(h), v[3], v[4]);
      return addcmul(h, v[5], mlp.forward(second));
    }
  }
}
