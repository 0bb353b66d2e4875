package kinetone.nn.attention;

import kinetone.nn.LowRankUpdate;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * Low-rank updates of both linear layers of {@link SelfAttention}: one of the joint projection to
 * queries, keys and values ({@code qkv}), one of the last layer ({@code proj}). Zero at first.
 */
public final class AttentionUpdate extends Module {
  private final LowRankUpdate qkv;
  private final LowRankUpdate proj;

  /**
   * Updates for an attention of {@code width}.
   *
   * @param rank r of both
   * @param alpha both are scaled by α / r
   */
  public AttentionUpdate(int width, int rank, double alpha, Rng rng) {
    super("AttentionUpdate");
    qkv = register_module("qkv", new LowRankUpdate(width, 3L * width, rank, alpha, rng));
    proj = register_module("proj", new LowRankUpdate(width, width, rank, alpha, rng));
  }

  /** Of the projection to queries, keys and values: (..., width) to (..., 3 · width). */
  LowRankUpdate qkv() {
    return qkv;
  }

  /** Of the last layer: (..., width) to (..., width). */
  LowRankUpdate proj() {
    return proj;
  }
}
