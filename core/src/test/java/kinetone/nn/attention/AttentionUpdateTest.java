package kinetone.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.model.dit.DiTBlock;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.nn.LowRankUpdate;
import kinetone.nn.adaln.AdaLayerNormZero;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Low-rank updates of a frozen attention. */
class AttentionUpdateTest {
  private static final int WIDTH = 8;
  private final Rng rng = new Rng(4);
  private final SelfAttention plain = new SelfAttention(WIDTH, 2, rng);
  private final SelfAttention onGrid = SelfAttention.onGrid(WIDTH, 2, 2, 3, rng);
  private final AttentionUpdate update = new AttentionUpdate(WIDTH, 2, 4, rng);

  @AfterEach
  void close() {
    rng.close();
  }

  /** Makes the update one that has learned something. */
  private void learn() {
    StateDict.parameters(update).values().forEach(p -> Init.normal(p, 0.3, rng));
  }

  @Test
  void a_fresh_update_changes_no_bit_and_a_learned_one_does() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = rng.normal(3, 6, WIDTH);
      Tensor kept = Tensors.of(new long[] {0, 2, 4, 5, 1, 3, 2, 0, 5}, 3, 3);
      Tensor some = x.narrow(1, 0, 3);
      assertThat(plain.forward(x, update).equal(plain.forward(x))).isTrue();
      assertThat(onGrid.forward(x, update).equal(onGrid.forward(x))).isTrue();
      assertThat(onGrid.forward(some, kept, update).equal(onGrid.forward(some, kept))).isTrue();
      learn();
      assertThat(plain.forward(x, update).equal(plain.forward(x))).isFalse();
      assertThat(onGrid.forward(x, update).equal(onGrid.forward(x))).isFalse();
      assertThat(onGrid.forward(some, kept, update).equal(onGrid.forward(some, kept))).isFalse();
    }
  }

  @Test
  void a_learned_update_equals_weights_to_which_it_was_added() {
    try (TensorScope scope = TensorScope.open()) {
      learn();
      Tensor x = rng.normal(3, 6, WIDTH);
      Tensor updated = plain.forward(x, update);
      Map<String, Tensor> low = StateDict.parameters(update);
      Map<String, Tensor> weights = StateDict.parameters(plain);
      try (var noGrad = new org.bytedeco.pytorch.NoGradGuard()) {
        for (String layer : List.of("qkv", "proj")) {
          // α / r = 4 / 2
          weights
              .get(layer + ".weight")
              .add_(low.get(layer + ".lora_B").matmul(low.get(layer + ".lora_A")), new Scalar(2.0));
        }
      }
      assertThat(plain.forward(x).sub(updated).abs().max().item_float()).isLessThan(1e-5f);
      assertThat(plain.forward(x, update).sub(updated).abs().max().item_float())
          .as("added twice")
          .isGreaterThan(0.1f);
    }
  }

  @Test
  void gradients_reach_the_update_only_when_the_base_is_frozen() {
    try (TensorScope scope = TensorScope.open()) {
      learn();
      Tensor x = rng.normal(3, 6, WIDTH);
      StateDict.parameters(plain).values().forEach(p -> p.set_requires_grad(false));
      plain.forward(x, update).square().sum().backward();
      assertThat(StateDict.parameters(plain).values()).noneMatch(p -> p.grad().defined());
      assertThat(StateDict.parameters(update)).hasSize(4);
      StateDict.parameters(update)
          .forEach(
              (name, p) -> assertThat(p.grad().abs().sum().item_float()).as(name).isPositive());
      StateDict.parameters(plain).values().forEach(p -> p.set_requires_grad(true));
      plain.forward(x, update).square().sum().backward();
      assertThat(StateDict.parameters(plain).values()).allMatch(p -> p.grad().defined());
    }
  }

  @Test
  void an_update_is_scaled_by_alpha_over_rank_and_starts_from_small_uniform_and_zero() {
    try (TensorScope scope = TensorScope.open()) {
      LowRankUpdate low = new LowRankUpdate(400, 3, 5, 10, rng);
      Map<String, Tensor> parameters = StateDict.parameters(low);
      assertThat(parameters.get("lora_A").shape()).containsExactly(5, 400);
      assertThat(parameters.get("lora_B").shape()).containsExactly(3, 5);
      assertThat(Tensors.toFloats(parameters.get("lora_B"))).containsOnly(0);
      // U(±1/√400) reaches its bound and has the deviation 1/√(3 · 400).
      assertThat(parameters.get("lora_A").abs().max().item_float()).isBetween(0.0495f, 0.05f);
      assertThat(parameters.get("lora_A").std().item_float()).isCloseTo(0.02887f, within(1e-3f));
      Init.constant(parameters.get("lora_A"), 1);
      Init.constant(parameters.get("lora_B"), 1);
      // Δy = 10 / 5 · Σ over 5 ranks of Σ x
      assertThat(Tensors.toFloats(low.forward(torch.ones(1, 400)))).containsOnly(2 * 5 * 400);
    }
    assertThatThrownBy(() -> new LowRankUpdate(4, 4, 0, 1, rng))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("rank");
    assertThatThrownBy(() -> new LowRankUpdate(4, 4, 1, 0, rng))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("alpha");
  }

  @Test
  void a_block_can_be_built_again_from_its_parts() {
    try (TensorScope scope = TensorScope.open()) {
      DiTBlock block = new DiTBlock(WIDTH, 2, Gelu.TANH, rng);
      StateDict.parameters(block).values().forEach(p -> Init.normal(p, 0.3, rng));
      Tensor x = rng.normal(3, 6, WIDTH);
      Tensor condition = rng.normal(3, WIDTH);
      Tensor around =
          AdaLayerNormZero.apply(
              x,
              block.modulation().forward(condition),
              h -> block.attention().forward(h, update),
              block.mlp()::forward);
      assertThat(around.equal(block.forward(x, condition))).isTrue();
      learn();
      Tensor learned =
          AdaLayerNormZero.apply(
              x,
              block.modulation().forward(condition),
              h -> block.attention().forward(h, update),
              block.mlp()::forward);
      assertThat(learned.equal(block.forward(x, condition))).isFalse();
    }
  }

  @Test
  void nothing_is_drawn_for_an_update_that_is_loaded() {
    AttentionUpdate loaded = new AttentionUpdate(WIDTH, 2, 4, Rng.none());
    StateDict.load("update", loaded, StateDict.of(update));
    assertThat(StateDict.of(loaded).keySet())
        .containsExactly("qkv.lora_A", "qkv.lora_B", "proj.lora_A", "proj.lora_B");
  }
}
