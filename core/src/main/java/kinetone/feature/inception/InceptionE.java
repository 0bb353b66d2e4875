package kinetone.feature.inception;

import java.util.function.UnaryOperator;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;

/** Kernels of 3 that end as a row beside a column. */
final class InceptionE extends Branches {
  private final UnaryOperator<Tensor> pooling;
  private final ConvNorm2d point;
  private final ConvNorm2d three;
  private final ConvNorm2d threeRow;
  private final ConvNorm2d threeColumn;
  private final ConvNorm2d[] twice;
  private final ConvNorm2d twiceRow;
  private final ConvNorm2d twiceColumn;
  private final ConvNorm2d pool;

  InceptionE(int in, UnaryOperator<Tensor> pooling, Rng rng) {
    super("InceptionE", rng);
    this.pooling = pooling;
    point = point("branch1x1", in, 320);
    three = point("branch3x3_1", in, 384);
    threeRow = same("branch3x3_2a", 384, 384, 1, 3);
    threeColumn = same("branch3x3_2b", 384, 384, 3, 1);
    twice =
        new ConvNorm2d[] {point("branch3x3dbl_1", in, 448), same("branch3x3dbl_2", 448, 384, 3, 3)};
    twiceRow = same("branch3x3dbl_3a", 384, 384, 1, 3);
    twiceColumn = same("branch3x3dbl_3b", 384, 384, 3, 1);
    pool = point("branch_pool", in, 192);
  }

  @Override
  Tensor forward(Tensor x) {
    Tensor once = three.forward(x);
    Tensor double3 = through(x, twice);
    return together(
        point.forward(x),
        threeRow.forward(once),
        threeColumn.forward(once),
        twiceRow.forward(double3),
        twiceColumn.forward(double3),
        pool.forward(pooling.apply(x)));
  }
}
