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
  private FrechetDistance() {}

  /**
   * The distance, in squared units of the features; 0 or more.
   *
   * @param first features, a row per clip, two rows at least
   * @param second likewise, of the same width
   */
  public static double of(List<double[]> first, List<double[]> second) {
    Check.atLeast("clips for a Fréchet distance", Math.min(first.size(), second.size()), 2);
    Check.that(
        first.get(0).length == second.get(0).length,
        "features of width %d and %d cannot be compared",
        first.get(0).length,
        second.get(0).length);
    double[] mean1 = mean(first);
    double[] mean2 = mean(second);
    RealMatrix covariance1 = covariance(first, mean1);
    RealMatrix covariance2 = covariance(second, mean2);
    double distance = covariance1.getTrace() + covariance2.getTrace();
    for (int i = 0; i < mean1.length; i++) {
      distance += (mean1[i] - mean2[i]) * (mean1[i] - mean2[i]);
    }
    RealMatrix root = root(covariance1);
    RealMatrix between = symmetric(root.multiply(covariance2).multiply(root));
    for (double value : new EigenDecomposition(between).getRealEigenvalues()) {
      distance -= 2 * Math.sqrt(Math.max(0, value));
    }
    // Rounding may leave a little less than nothing.
    return Math.max(0, distance);
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
