package kinetone.metric;

import java.util.List;
import kinetone.common.Check;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The Fréchet distance between two sets of features, taken for Gaussians (Dowson and Landau 1982;
 * Heusel et al. 2017, section 3):
 *
 * <pre>
 *   |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½)
 * </pre>
 *
 * <p>The protocol: covariances over n − 1. Few clips make the distance too large, even between two
 * halves of one set; a figure means something only beside that of as many other real clips against
 * the same reference. It depends on the network whose features they are and compares with no figure
 * of another.
 */
public final class FrechetDistance {
  private final double[] mean;
  private final RealMatrix root;
  private final double trace;

  /**
   * Distances from a reference.
   *
   * @param reference features, a row per clip, two rows at least
   */
  public FrechetDistance(List<double[]> reference) {
    requireTwo(reference);
    mean = mean(reference);
    RealMatrix covariance = covariance(reference, mean);
    root = root(covariance);
    trace = covariance.getTrace();
  }

  /**
   * The distance of {@code clips} from the reference, in squared units of the features; 0 or more.
   *
   * @param clips features of the reference's width, a row per clip, two rows at least
   */
  public double of(List<double[]> clips) {
    requireTwo(clips);
    Check.that(
        clips.get(0).length == mean.length,
        "features of width %d and %d cannot be compared",
        mean.length,
        clips.get(0).length);
    double[] other = mean(clips);
    RealMatrix covariance = covariance(clips, other);
    double distance = trace + covariance.getTrace();
    for (int i = 0; i < mean.length; i++) {
      distance += (mean[i] - other[i]) * (mean[i] - other[i]);
    }
    RealMatrix between = symmetric(root.multiply(covariance).multiply(root));
    for (double value : new EigenDecomposition(between).getRealEigenvalues()) {
      distance -= 2 * Math.sqrt(Math.max(0, value));
    }
    // Rounding may leave a little less than nothing.
    return Math.max(0, distance);
  }

  private static void requireTwo(List<double[]> rows) {
    Check.atLeast("clips for a Fréchet distance", rows.size(), 2);
  }

  private static double[] mean(List<double[]> rows) {
    double[] mean = new double[rows.get(0).length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.size();
      }
    }
    return mean;
  }

  private static RealMatrix covariance(List<double[]> rows, double[] mean) {
    int width = mean.length;
    double[][] sum = new double[width][width];
    double[] off = new double[width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        off[i] = row[i] - mean[i];
      }
      for (int i = 0; i < width; i++) {
        for (int j = 0; j <= i; j++) {
          sum[i][j] += off[i] * off[j] / (rows.size() - 1);
        }
      }
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        sum[j][i] = sum[i][j];
      }
    }
    return new Array2DRowRealMatrix(sum, false);
  }

  private static RealMatrix root(RealMatrix covariance) {
    EigenDecomposition parts = new EigenDecomposition(covariance);
    double[] values = parts.getRealEigenvalues();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sqrt(Math.max(0, values[i]));
    }
    return parts
        .getV()
        .multiply(MatrixUtils.createRealDiagonalMatrix(values))
        .multiply(parts.getVT());
  }

  private static RealMatrix symmetric(RealMatrix matrix) {
    return matrix.add(matrix.transpose()).scalarMultiply(0.5);
  }
}
