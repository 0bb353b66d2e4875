package kinetone.model.stdit;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What the layers are told of time: vectors of the example's timestep and, where some positions are
 * clean, of timestep 0 for those (Open-Sora's {@code x_mask}).
 *
 * @param now (B, k, D)
 * @param clean the same of timestep 0; empty when all positions are noisy
 * @param noisy bool, broadcasts to (B, T, h, w, 1), true where {@code now} holds
 */
record Told(Tensor now, Optional<Tensor> clean, Optional<Tensor> noisy) {
  /**
   * A layer's own table added, as one tensor for each of the k rows, which broadcasts to (B, T, h,
   * w, D).
   *
   * @param table (k, D)
   */
  Tensor[] with(Tensor table) {
    TensorVector rows = table.add(now).unbind(1);
    Optional<TensorVector> cleanRows = clean.map(c -> table.add(c).unbind(1));
    Tensor[] vectors = new Tensor[(int) rows.size()];
    for (int i = 0; i < vectors.length; i++) {
      Tensor own = spread(rows.get(i));
      int row = i;
      vectors[i] =
          cleanRows.map(c -> own.where(noisy.orElseThrow(), spread(c.get(row)))).orElse(own);
    }
    return vectors;
  }

  /** (B, D) to (B, 1, 1, 1, D). */
  private static Tensor spread(Tensor vector) {
    return vector.view(vector.size(0), 1, 1, 1, -1);
  }
}
