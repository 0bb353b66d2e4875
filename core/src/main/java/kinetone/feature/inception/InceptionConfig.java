package kinetone.feature.inception;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;
import static org.bytedeco.pytorch.global.torch.max_pool2d;

import kinetone.common.Check;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The form of {@link InceptionV3}.
 *
 * @param channels of what it sees
 * @param classes that it tells apart
 * @param stemPools whether the stem halves its maps twice by a maximum
 * @param pooling how the branches without a kernel look at neighbours
 */
public record InceptionConfig(int channels, int classes, boolean stemPools, Pooling pooling) {
  private static final long[] THREE = {3, 3};
  private static final long[] ONE = {1, 1};

  /** How neighbours are summed up. */
  public enum Pooling {
    /**
     * Means of what is inside of the map, and in the last block a maximum: the graph {@code
     * inception-2015-12-05}.
     */
    TENSORFLOW,
    /** Means that count what is outside of the map as zeros: torchvision. */
    TORCHVISION
  }

  /** The network of the Fréchet inception distance: 1008 classes of ImageNet's in 2015. */
  public static final InceptionConfig FID = new InceptionConfig(3, 1008, true, Pooling.TENSORFLOW);

  /** SpecVQGAN's Melception: spectrograms of VGGSound's 309 classes. */
  public static final InceptionConfig MELCEPTION =
      new InceptionConfig(1, 309, false, Pooling.TORCHVISION);

  /** Checks the ranges. */
  public InceptionConfig {
    Check.atLeast("channels", channels, 1);
    Check.atLeast("classes", classes, 1);
    Check.that(pooling != null, "pooling is missing");
  }

  Tensor mean(Tensor x) {
    return avg_pool2d(
        x, THREE, ONE, ONE, false, pooling == Pooling.TORCHVISION, new LongOptional());
  }

  /** In the last block. */
  Tensor last(Tensor x) {
    return pooling == Pooling.TENSORFLOW ? max_pool2d(x, THREE, ONE, ONE, ONE, false) : mean(x);
  }
}
