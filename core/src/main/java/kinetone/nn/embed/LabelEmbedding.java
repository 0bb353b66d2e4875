package kinetone.nn.embed;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A learned vector per class, and one more at the end for "no class" ({@code
 * embedding_table.weight}, N(0, 0.02²); Peebles and Xie 2023).
 */
public final class LabelEmbedding extends Module {
  private static final double DEVIATION = 0.02;

  private final Tensor weight;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module table;

  /** A table of {@code classes + 1} rows. */
  public LabelEmbedding(int classes, int width, Rng rng) {
    super("LabelEmbedding");
    table = register_module("embedding_table", new Module("Table"));
    weight = Init.weight(rng, classes + 1L, width);
    table.register_parameter("weight", weight);
    Init.normal(weight, DEVIATION, rng);
  }

  /** Class numbers int64 (B) to (B, width); the number of classes means "no class". */
  public Tensor forward(Tensor labels) {
    return torch.embedding(weight, labels);
  }

  /** "No class" for {@code batch} examples, (B, width). */
  public Tensor none(long batch) {
    return weight.narrow(0, weight.size(0) - 1, 1).expand(batch, -1);
  }
}
