package kinetone.nn.embed;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * From the tokens of a text encoder to those that a network attends to: {@code linear, GELU,
 * linear} ({@code y_proj}), and a fixed random caption for "no text" ({@code y_embedding}, a buffer
 * that is never trained), as in PixArt and Open-Sora.
 */
public final class CaptionEmbedding extends Module {
  private final int tokens;
  private final Linear first;
  private final Linear second;
  private final Tensor none;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module proj;

  /**
   * Makes the layers.
   *
   * @param in width of the text encoder
   * @param width of the network
   * @param tokens the longest caption
   */
  public CaptionEmbedding(int in, int width, int tokens, Rng rng) {
    super("CaptionEmbedding");
    this.tokens = tokens;
    proj = register_module("y_proj", new Module("Mlp"));
    first = Linear.xavier(in, width, rng);
    second = Linear.xavier(width, width, rng);
    proj.register_module("fc1", first);
    proj.register_module("fc2", second);
    none = Init.weight(rng, tokens, in);
    Init.normal(none, 1 / Math.sqrt(in), rng);
    register_buffer("y_embedding", none);
  }

  /**
   * Captions as the network sees them.
   *
   * @param captions (B, M, in)
   * @param keep bool (B), false for examples that hear "no text" in as many tokens; all are kept
   *     when empty
   * @return (B, M, width)
   */
  public Tensor forward(Tensor captions, Optional<Tensor> keep) {
    long count = captions.size(1);
    Check.that(
        count <= tokens, "a text of %d tokens is longer than the %d of the model", count, tokens);
    Tensor heard =
        keep.map(
                kept ->
                    captions.where(
                        kept.to(captions.device(), torch.ScalarType.Bool)
                            .unsqueeze(-1)
                            .unsqueeze(-1),
                        none.narrow(0, 0, count).to(captions.scalar_type())))
            .orElse(captions);
    return project(heard);
  }

  /** "No text" for {@code batch} examples, (B, tokens, width). */
  public Tensor none(long batch) {
    return project(none.unsqueeze(0)).expand(batch, -1, -1);
  }

  private Tensor project(Tensor captions) {
    return second.forward(Gelu.TANH.apply(first.forward(captions)));
  }
}
