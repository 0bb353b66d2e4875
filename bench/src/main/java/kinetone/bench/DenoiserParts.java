package kinetone.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.adaln.Segments;
import kinetone.nn.attention.ScaledDotProduct;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The operations of AVDiT's blocks by themselves: every part runs over the weights of all blocks in
 * turn, as the network does, so that caches help no more than there. Make and use it inside one
 * tensor scope.
 */
final class DenoiserParts {
  /**
   * One kind of operation.
   *
   * @param flops of one run over all blocks; 0 where no matrices are multiplied
   * @param work runs it over all blocks
   */
  record Part(double flops, Runnable work) {}

  private record Affine(Tensor weight, TensorOptional bias) {
    void apply(Tensor x) {
      torch.linear(x, weight, bias);
    }
  }

  private final AvDiTConfig config;
  private final Map<String, Tensor> parameters;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final double rows;

  /**
   * The parts of {@code net}.
   *
   * @param type what matrix products are computed in; the input of an operation that follows one
   *     has it too
   */
  DenoiserParts(AvDiT net, int batch, ScalarType type, Rng rng) {
    config = net.config();
    parameters = StateDict.parameters(net);
    Segments segments = config.segments();
    int tokens = segments.tokens();
    int width = config.width();
    int hidden = config.mlpRatio() * width;
    rows = (double) batch * tokens;
    Tensor x = rng.normal(batch, tokens, width);
    Tensor mixed = x.to(type);
    Tensor wide = rng.normal(batch, tokens, hidden).to(type);
    Tensor fused = rng.normal(batch, tokens, 3L * width).to(type);
    Tensor condition = rng.normal(batch, segments.count(), width);
    Tensor shift = rng.normal(batch, segments.count(), width);
    double square = (double) width * width;
    linears("qkv linear", 3 * square, x, "attn.qkv");
    add(
        "attention",
        4.0 * tokens * width * rows * config.depth(),
        block -> attention(fused, config.heads()));
    linears("proj linear", square, mixed, "attn.proj");
    linears("mlp fc1 linear", config.mlpRatio() * square, x, "mlp.fc1");
    linears("mlp fc2 linear", config.mlpRatio() * square, wide, "mlp.fc2");
    add("gelu", 0, block -> config.gelu().apply(wide));
    Affine[] modulations = affines("adaLN_modulation.1");
    add(
        "modulation linear",
        2.0 * batch * segments.count() * 4 * square * config.depth(),
        block -> modulations[block].apply(condition));
    add(
        "norms",
        0,
        block -> {
          AdaLayerNorm.apply(x, shift, condition, segments);
          AdaLayerNorm.apply(x, shift, condition, segments);
        });
  }

  /** The parts by name, in the order of a block. */
  Map<String, Part> all() {
    return parts;
  }

  private static void attention(Tensor fused, int heads) {
    long batch = fused.size(0);
    long tokens = fused.size(1);
    long width = fused.size(2) / 3;
    TensorVector qkv =
        fused.view(batch, tokens, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
    Tensor mixed = ScaledDotProduct.of(qkv.get(0), qkv.get(1), qkv.get(2));
    mixed.transpose(1, 2).reshape(batch, tokens, width);
  }

  private void linears(String name, double products, Tensor x, String module) {
    Affine[] affines = affines(module);
    add(name, 2 * rows * products * config.depth(), block -> affines[block].apply(x));
  }

  private Affine[] affines(String module) {
    Affine[] affines = new Affine[config.depth()];
    for (int i = 0; i < affines.length; i++) {
      String prefix = "blocks." + i + "." + module;
      affines[i] =
          new Affine(
              parameters.get(prefix + ".weight"),
              new TensorOptional(parameters.get(prefix + ".bias")));
    }
    return affines;
  }

  private void add(String name, double flops, IntConsumer block) {
    parts.put(
        name,
        new Part(
            flops,
            () -> {
              for (int i = 0; i < config.depth(); i++) {
                try (TensorScope scope = TensorScope.open()) {
                  block.accept(i);
                }
              }
            }));
  }
}
