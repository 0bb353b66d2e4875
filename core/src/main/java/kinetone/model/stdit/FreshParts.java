package kinetone.model.stdit;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a fresh {@link StDit3} has in a single tensor, for networks that start from a picture model:
 * norms of queries and keys at one, a frame rate that says nothing, and blocks over time that do
 * nothing yet.
 */
public final class FreshParts {
  /** Of all first layers of embeddings. */
  private static final double EMBEDDING_DEVIATION = 0.02;

  private FreshParts() {}

  /**
   * The tensor called {@code name}.
   *
   * @param name in {@link StDit3}
   * @param shape of the tensor
   * @param rng draws it
   */
  public static Tensor of(String name, long[] shape, Rng rng) {
    if (name.endsWith("_norm.weight")) {
      return torch.ones(shape);
    }
    if (startsAtZero(name)) {
      return torch.zeros(shape);
    }
    Tensor fresh = torch.empty(shape);
    if (name.endsWith("scale_shift_table")) {
      Init.normal(fresh, 1 / Math.sqrt((double) shape[1]), rng);
    } else if (name.startsWith("fps_embedder.")) {
      Init.normal(fresh, EMBEDDING_DEVIATION, rng);
    } else {
      Init.xavierUniform(fresh, rng);
    }
    return fresh;
  }

  private static boolean startsAtZero(String name) {
    boolean over = name.startsWith("temporal_blocks.");
    return name.endsWith(".bias")
        || name.equals("fps_embedder.mlp.2.weight")
        || (over
            && (name.endsWith(".attn.proj.weight")
                || name.endsWith(".cross_attn.proj.weight")
                || name.endsWith(".mlp.fc2.weight")));
  }
}
