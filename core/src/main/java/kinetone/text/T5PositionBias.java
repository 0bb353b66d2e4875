package kinetone.text;

import static org.bytedeco.pytorch.global.torch.embedding;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A learned number per head and per bucket of relative positions, added to the scores of attention:
 * half of the buckets for what comes before and half for what comes after, in each half one bucket
 * per token nearby and logarithmically wider ones further off ({@code _relative_position_bucket} of
 * transformers, which follows Mesh TensorFlow).
 */
final class T5PositionBias extends Module {
  private final int buckets;
  private final int maxDistance;
  private final Tensor weight;

  T5PositionBias(T5Config config, Rng rng) {
    super("T5PositionBias");
    buckets = config.buckets();
    maxDistance = config.maxDistance();
    weight = Init.weight(rng, config.buckets(), config.heads());
    nearby(config.heads(), rng);
    register_parameter("weight", weight);
  }

  /**
   * At first heads look nearby, every second one ahead and the others behind, in pairs ever less
   * far-sighted (the slopes of Press et al. 2022, ALiBi): from even biases a small network takes
   * long to find out which word stands beside which.
   */
  private void nearby(int heads, Rng rng) {
    if (rng.isNone()) {
      return;
    }
    int half = buckets / 2;
    float[] biases = new float[buckets * heads];
    for (int bucket = 0; bucket < buckets; bucket++) {
      for (int head = 0; head < heads; head++) {
        boolean seen = bucket % half == 0 || (bucket >= half) == (head % 2 == 0);
        double slope = Math.pow(2, -2.0 * Math.floorDiv(head, 2));
        biases[bucket * heads + head] = (float) (-slope * (bucket % half) - (seen ? 0 : 2));
      }
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      weight.copy_(Tensors.of(biases, buckets, heads));
    }
  }

  /**
   * The bias of all pairs of {@code tokens}, minus infinity for keys that the mask leaves out.
   *
   * @param mask bool (B, N)
   * @return (B, heads, N, N)
   */
  Tensor forward(long tokens, Tensor mask) {
    int n = Math.toIntExact(tokens);
    long[] pairs = new long[n * n];
    for (int query = 0; query < n; query++) {
      for (int key = 0; key < n; key++) {
        pairs[query * n + key] = bucket(key - query);
      }
    }
    Tensor rows = Tensors.of(pairs, n, n).to(weight.device(), ScalarType.Long);
    Tensor bias = embedding(weight, rows).permute(2, 0, 1).unsqueeze(0);
    return bias.where(
        mask.unsqueeze(1).unsqueeze(1), new Scalar(Double.NEGATIVE_INFINITY)); // (B, heads, N, N)
  }

  /** The bucket of a key that lies {@code distance} tokens after its query. */
  int bucket(int distance) {
    int half = buckets / 2;
    int exact = half / 2;
    int far = Math.abs(distance);
    int side = distance > 0 ? half : 0;
    if (far < exact) {
      return side + far;
    }
    // In float32, as the reference computes it: some distances lie on the border of two buckets.
    float share =
        (float) Math.log((float) far / exact) / (float) Math.log((double) maxDistance / exact);
    return side + Math.min(half - 1, exact + (int) (share * (half - exact)));
  }
}
