package kinetone.model.avdit;

import java.util.List;
import java.util.Optional;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.attention.SelfAttention;
import kinetone.nn.embed.SinCosPosition;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Attention over the frames at each place of the picture, "for temporal consistency" (Wang et al.
 * 2024). The layer norm has no weights, as all of DiT's; positions in time are fixed sinusoids,
 * added behind it, without which frames would have no order. Both are inferred: the paper's text at
 * hand names the layer alone. Its last layer is zero at first. With {@link PlaceScores} it reaches
 * the places around as well, in all frames.
 */
final class FrameAttention extends Module {
  private final SelfAttention attention;
  private final int frames;
  private final int width;
  private final Optional<PlaceScores> reach;

  /** Of the frames and heads of {@code config}, which has a temporal attention. */
  FrameAttention(AdapterAvDiTConfig config, Rng rng) {
    super("FrameAttention");
    this.frames = config.frames();
    this.width = config.base().width();
    List<Double> slopes = config.temporalAttention().placeSlopes();
    reach =
        slopes.isEmpty()
            ? Optional.empty()
            : Optional.of(new PlaceScores(slopes, frames, config.base().side()));
    attention = register_module("attn", new SelfAttention(width, config.base().heads(), rng));
    attention.zeroInitialise(rng);
  }

  /** The positions of frames, (frames, 1, width). */
  static Tensor positions(int frames, int width) {
    return SinCosPosition.line(frames, width).unsqueeze(1);
  }

  /**
   * What is added to the tokens.
   *
   * @param x tokens (B, frames · places, D)
   * @param positions (frames, 1, D)
   */
  Tensor forward(Tensor x, Tensor positions) {
    Tensor seen = AdaLayerNorm.normalise(x).unflatten(1, frames, -1).add(positions);
    if (reach.isPresent()) {
      Tensor all = seen.flatten(1, 2);
      return attention.forward(all, Optional.empty(), reach.get().like(all));
    }
    Tensor byPlace = seen.transpose(1, 2).reshape(-1, frames, width); // (B · places, frames, D)
    return attention
        .forward(byPlace)
        .view(x.size(0), -1, frames, width)
        .transpose(1, 2)
        .reshape(x.size(0), -1, width);
  }
}
