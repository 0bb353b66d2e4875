package kinetone.metric;

import java.util.List;
import kinetone.common.Check;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * The Fréchet distance between two sets of features, taken for Gaussians (Dowson and Landau 1982;
 * Heusel et al. 2017, section 3), which FVD, FAD and FID are with features of I3D, VGGish and
 * Inception:
 *
 * <pre>
 *   |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½)
 * </pre>
 *
 * <p>With X the centred rows over √(n − 1), Σ = XᵀX, the last trace is the sum of the singular
 * values of X₁X₂ᵀ: no root of a matrix is taken, so covariances of fewer clips than features, which
 * have no inverse, are as good as others. In double precision.
 *
 * <p>The protocol: covariances over n − 1. Few clips make the distance too large, even between two
 * halves of one set ({@link FrechetInfinity} shows by how much); a figure means something only
 * beside that of as many other real clips against the same reference. It depends on the network
 * whose features they are and compares with no figure of another.
 */
public final class FrechetDistance {
  private final Spread reference;

  /** Where rows lie and how they spread: factorᵀ factor is their covariance. */
  private record Spread(double[] mean, DMatrixRMaj factor, double trace) {
    static Spread of(List<double[]> rows) {
      Check.atLeast("clips for a Fréchet distance", rows.size(), 2);
      int width = rows.get(0).length;
      double[] mean = new double[width];
      for (double[] row : rows) {
        Check.that(
            row.length == width,
            "features of width %d and %d cannot be compared",
            width,
            row.length);
        for (int i = 0; i < width; i++) {
          mean[i] += row[i] / rows.size();
        }
      }
      DMatrixRMaj centred = new DMatrixRMaj(rows.size(), width);
      double scale = 1 / Math.sqrt(rows.size() - 1.0);
      double trace = 0;
      for (int n = 0; n < rows.size(); n++) {
        for (int i = 0; i < width; i++) {
          double off = (rows.get(n)[i] - mean[i]) * scale;
          centred.set(n, i, off);
          trace += off * off;
        }
      }
      Check.that(Double.isFinite(trace), "features could not be decomposed; are they finite?");
      return new Spread(mean, rows.size() <= width ? centred : triangle(centred), trace);
    }

    /** As many rows as columns with the same covariance: R of X = QR. */
    private static DMatrixRMaj triangle(DMatrixRMaj rows) {
      QRDecomposition<DMatrixRMaj> parts = DecompositionFactory_DDRM.qr(rows.numRows, rows.numCols);
      // A column of zeros, as of clips that are all the same, has no reflection: the rows stay.
      return parts.decompose(rows.copy()) ? parts.getR(null, true) : rows;
    }
  }

  /**
   * Distances from a reference.
   *
   * @param reference features, a row per clip, two rows at least
   */
  public FrechetDistance(List<double[]> reference) {
    this.reference = Spread.of(reference);
  }

  /**
   * The distance of {@code clips} from the reference, in squared units of the features; 0 or more.
   *
   * @param clips features of the reference's width, a row per clip, two rows at least
   */
  public double of(List<double[]> clips) {
    Spread other = Spread.of(clips);
    double[] mean = reference.mean();
    Check.that(
        other.mean().length == mean.length,
        "features of width %d and %d cannot be compared",
        mean.length,
        other.mean().length);
    double distance = reference.trace() + other.trace();
    for (int i = 0; i < mean.length; i++) {
      distance += (mean[i] - other.mean()[i]) * (mean[i] - other.mean()[i]);
    }
    DMatrixRMaj between = new DMatrixRMaj(reference.factor().numRows, other.factor().numRows);
    CommonOps_DDRM.multTransB(reference.factor(), other.factor(), between);
    for (double value : SingularOps_DDRM.singularValues(between)) {
      distance -= 2 * value;
    }
    // Rounding may leave a little less than nothing.
    return Math.max(0, distance);
  }
}
