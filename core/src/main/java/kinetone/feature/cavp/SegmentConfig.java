package kinetone.feature.cavp;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;

/**
 * The stretches of a clip that contrastive training tells from each other.
 *
 * @param count stretches per clip; Diff-Foley has 3
 * @param frames pictures of a stretch; 16 there, which is 4 s
 * @param shift pictures between two starts, at least; 8 there
 */
public record SegmentConfig(int count, int frames, int shift) {
  /** Checks the ranges. */
  public SegmentConfig {
    Check.atLeast("segments.count", count, 1);
    Check.atLeast("segments.frames", frames, 1);
    Check.atLeast("segments.shift", shift, 1);
  }

  /** Pictures that a clip must have, at least. */
  public int shortestClip() {
    return frames + (count - 1) * shift;
  }

  /**
   * Draws the first pictures of the stretches, in order of time: each start is uniform among those
   * that leave room for the later ones.
   *
   * @param clips number of clips
   * @param length pictures of each clip
   * @return starts by clip and stretch
   */
  int[][] draw(int clips, int length, Rng rng) {
    Check.that(
        length >= shortestClip(),
        "segments need clips of %d frames, these have %d",
        shortestClip(),
        length);
    float[] uniform;
    try (TensorScope scope = TensorScope.open()) {
      uniform = Tensors.toFloats(rng.uniform(clips, count));
    }
    int[][] starts = new int[clips][count];
    for (int i = 0; i < clips; i++) {
      int low = 0;
      for (int j = 0; j < count; j++) {
        int high = length - frames - (count - 1 - j) * shift;
        starts[i][j] = low + (int) (uniform[i * count + j] * (high - low + 1));
        low = starts[i][j] + shift;
      }
    }
    return starts;
  }
}
