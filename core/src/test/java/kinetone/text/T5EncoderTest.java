package kinetone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Against transformers' T5EncoderModel; generator: goldens/text.py. */
final class T5EncoderTest {
  private static final T5Config CONFIG = new T5Config(48, 24, 3, 4, 6, 40, 32, 128, 1e-6);

  @Test
  void encodes_as_the_reference_whatever_the_padding() {
    assertThat(error(CONFIG, weights -> {})).isLessThan(Golden.TOLERANCE);
  }

  @Test
  void scaled_scores_and_other_buckets_are_told_apart() {
    assertThat(
            error(
                CONFIG,
                weights ->
                    weights.replaceAll(
                        (name, w) ->
                            name.endsWith("SelfAttention.q.weight")
                                ? w.mul(new Scalar(1 / Math.sqrt(6)))
                                : w)))
        .isGreaterThan(100 * Golden.TOLERANCE);
    var near = new T5Config(48, 24, 3, 4, 6, 40, 32, 64, 1e-6);
    assertThat(error(near, weights -> {})).isGreaterThan(100 * Golden.TOLERANCE);
  }

  /** One block alone knows the bias when it is not shared: the others are told apart. */
  @Test
  void positions_count_in_every_block() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Golden golden = Golden.read("text", "encoder");
      T5Encoder network = golden.fill(new T5Encoder(CONFIG, rng));
      Tensor mask = golden.get("mask").to(ScalarType.Bool).narrow(0, 0, 1);
      Tensor ids = golden.get("ids").narrow(0, 0, 1);
      Tensor before = network.forward(ids, mask);
      // Attention of the second block alone, of which nothing comes without a bias of its own.
      Map<String, Tensor> weights = golden.weights();
      weights.replaceAll(
          (name, w) ->
              name.contains("block.0.layer.0.SelfAttention.o") ? w.mul(new Scalar(0.0)) : w);
      StateDict.load("altered", network, weights);
      Tensor bent = network.forward(ids, mask);
      weights.replaceAll(
          (name, w) -> name.contains("relative_attention_bias") ? w.mul(new Scalar(0.0)) : w);
      StateDict.load("altered", network, weights);
      Tensor flat = network.forward(ids, mask);
      assertThat(bent.sub(flat).abs().max().item_float()).isGreaterThan(0.1f);
      assertThat(before.sub(bent).abs().max().item_float()).isGreaterThan(0.1f);
    }
  }

  @Test
  void the_large_encoder_has_as_many_numbers_as_the_public_one() {
    assertThat(T5Config.xxl().parameters()).isEqualTo(4_762_310_656L);
    try (Rng rng = new Rng(1);
        TensorScope scope = TensorScope.open()) {
      long numbers =
          StateDict.of(new T5Encoder(CONFIG, rng)).values().stream().mapToLong(Tensor::numel).sum();
      assertThat(CONFIG.parameters()).isEqualTo(numbers);
    }
  }

  private interface Change {
    void make(Map<String, Tensor> weights);
  }

  private static double error(T5Config config, Change change) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Golden golden = Golden.read("text", "encoder");
      T5Encoder network = new T5Encoder(config, rng);
      Map<String, Tensor> weights = golden.weights();
      change.make(weights);
      StateDict.load("golden", network, weights);
      Tensor mask = golden.get("mask").to(ScalarType.Bool);
      Tensor encoded = network.forward(golden.get("ids"), mask);
      return golden.error(encoded.mul(golden.get("mask").unsqueeze(-1)), "encoded");
    }
  }
}
