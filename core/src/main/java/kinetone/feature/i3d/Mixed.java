package kinetone.feature.i3d;

import static org.bytedeco.pytorch.global.torch.cat;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** A block of four branches: a point, twice a cube of three behind a point, a maximum. */
final class Mixed extends Module {
  private static final long[] CUBE = {3, 3, 3};
  private static final long[] ONES = {1, 1, 1};

  private final Unit3d point;
  private final Unit3d narrow;
  private final Unit3d cube;
  private final Unit3d narrower;
  private final Unit3d smallerCube;
  private final Unit3d pooled;

  /**
   * A block.
   *
   * @param widths of the point, of both layers of the second branch and of the third, of the fourth
   */
  Mixed(int in, int[] widths, double epsilon, Rng rng) {
    super("InceptionModule");
    point = unit("b0", in, widths[0], 1, epsilon, rng);
    narrow = unit("b1a", in, widths[1], 1, epsilon, rng);
    cube = unit("b1b", widths[1], widths[2], 3, epsilon, rng);
    narrower = unit("b2a", in, widths[3], 1, epsilon, rng);
    smallerCube = unit("b2b", widths[3], widths[4], 3, epsilon, rng);
    pooled = unit("b3b", in, widths[5], 1, epsilon, rng);
  }

  private Unit3d unit(String name, int in, int out, int edge, double epsilon, Rng rng) {
    return register_module(name, Unit3d.active(in, out, edge, 1, epsilon, rng));
  }

  Tensor forward(Tensor x) {
    return cat(
        new TensorVector(
            point.forward(x),
            cube.forward(narrow.forward(x)),
            smallerCube.forward(narrower.forward(x)),
            pooled.forward(I3d.largest(x, CUBE, ONES))),
        1);
  }
}
