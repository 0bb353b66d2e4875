package kinetone.model.avdit;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.stack;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * What is added to the scores of the attention over frames where it reaches beyond a token's own
 * place, so that what moves can be followed: −slope d, with d the distance of two places in
 * patches, whatever their frames, and a slope for each head. It is ALiBi's bias (Press et al. 2022,
 * section 3) over places; the paper's attention, over the frames at each place, is that of slopes
 * without end.
 */
final class PlaceScores {
  private final List<Double> slopes;
  private final int frames;
  private final int side;

  /** For {@code frames} of {@code side} × {@code side} places. */
  PlaceScores(List<Double> slopes, int frames, int side) {
    this.slopes = slopes;
    this.frames = frames;
    this.side = side;
  }

  /** (heads, T S, T S), none of it positive, where {@code like} is and as precise. */
  Tensor like(Tensor like) {
    Tensor line = arange(new Scalar(side), new TensorOptions(like.device()));
    Tensor rows = squares(line.repeat_interleave(side));
    Tensor columns = squares(line.repeat(side));
    Tensor distances = rows.add(columns).sqrt().repeat(frames, frames);
    TensorVector heads = new TensorVector();
    slopes.forEach(slope -> heads.push_back(distances.mul(new Scalar(-slope))));
    return stack(heads).to(like.scalar_type());
  }

  private static Tensor squares(Tensor x) {
    return x.unsqueeze(0).sub(x.unsqueeze(1)).square();
  }
}
