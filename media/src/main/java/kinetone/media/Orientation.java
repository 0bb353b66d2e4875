package kinetone.media;

/**
 * How a stored picture is turned or mirrored for display: the signs of the matrix that takes a
 * stored point to a shown one, x' = a x + c y, y' = b x + d y (ISO/IEC 14496-12, 6.2.2).
 */
record Orientation(int a, int b, int c, int d) {
  static final Orientation UPRIGHT = new Orientation(1, 0, 0, 1);

  /** The nearest quarter turn of a 3x3 display matrix in 16.16 fixed point, row by row. */
  static Orientation of(int[] matrix) {
    long along = Math.abs((long) matrix[0]) + Math.abs((long) matrix[4]);
    long across = Math.abs((long) matrix[1]) + Math.abs((long) matrix[3]);
    if (along == 0 && across == 0) {
      return UPRIGHT;
    }
    return along >= across
        ? new Orientation(sign(matrix[0]), 0, 0, sign(matrix[4]))
        : new Orientation(0, sign(matrix[1]), sign(matrix[3]), 0);
  }

  private static int sign(int value) {
    return value < 0 ? -1 : 1;
  }

  boolean swapsAxes() {
    return a == 0;
  }

  /** Degrees clockwise; a mirrored picture reports the turn of its top edge. */
  int degrees() {
    if (swapsAxes()) {
      return b > 0 ? 90 : 270;
    }
    return a > 0 ? 0 : 180;
  }

  /** Turns a stored RGB picture of the given size. */
  byte[] apply(byte[] rgb, int width, int height) {
    if (equals(UPRIGHT)) {
      return rgb;
    }
    int shownWidth = swapsAxes() ? height : width;
    int shownHeight = swapsAxes() ? width : height;
    byte[] shown = new byte[rgb.length];
    int to = 0;
    for (int row = 0; row < shownHeight; row++) {
      for (int column = 0; column < shownWidth; column++) {
        int x = a * column + b * row + (a + b < 0 ? width - 1 : 0);
        int y = c * column + d * row + (c + d < 0 ? height - 1 : 0);
        int from = (y * width + x) * 3;
        shown[to++] = rgb[from];
        shown[to++] = rgb[from + 1];
        shown[to++] = rgb[from + 2];
      }
    }
    return shown;
  }
}
