package kinetone.diffusion.timestep;

import java.util.Arrays;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.SegmentMap;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** From segments to the time positions of a modality. */
final class Segments {
  private Segments() {}

  /** Repeats the columns of {@code bySegment} (B, segments) over the positions: (B, time). */
  static Tensor spread(Tensor bySegment, SegmentMap map, Modality modality) {
    long[] segments = Arrays.stream(map.segments(modality)).asLongStream().toArray();
    return bySegment.index_select(1, Tensors.of(segments, segments.length));
  }
}
