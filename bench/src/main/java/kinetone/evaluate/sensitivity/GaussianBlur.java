package kinetone.evaluate.sensitivity;

import kinetone.media.Video;

/**
 * Blurs pictures by a Gaussian; beyond their edges they go on as at the edge.
 *
 * @param deviation in pixels
 */
record GaussianBlur(double deviation) {
  private static final int CHANNELS = 3;

  Video of(Video video) {
    int reach = Math.max(1, (int) Math.ceil(3 * deviation));
    double[] weights = new double[2 * reach + 1];
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      weights[i + reach] = Math.exp(-0.5 * i * i / (deviation * deviation));
      sum += weights[i + reach];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    int width = video.width();
    int height = video.height();
    byte[] blurred = new byte[video.rgb().length];
    double[] picture = new double[width * height * CHANNELS];
    for (int frame = 0; frame < video.frames(); frame++) {
      int first = frame * picture.length;
      for (int i = 0; i < picture.length; i++) {
        picture[i] = video.rgb()[first + i] & 0xFF;
      }
      double[] rows = along(picture, weights, width, height, CHANNELS, width * CHANNELS);
      double[] both = along(rows, weights, height, width, width * CHANNELS, CHANNELS);
      for (int i = 0; i < both.length; i++) {
        blurred[first + i] = (byte) Math.round(both[i]);
      }
    }
    return new Video(blurred, video.frames(), width, height, video.framesPerSecond());
  }

  /** Along lines of {@code length} pixels that lie {@code step} apart, {@code lines} of them. */
  private static double[] along(
      double[] picture, double[] weights, int length, int lines, int step, int between) {
    int reach = weights.length / 2;
    double[] result = new double[picture.length];
    for (int line = 0; line < lines; line++) {
      for (int place = 0; place < length; place++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          double sum = 0;
          for (int i = -reach; i <= reach; i++) {
            int from = Math.min(length - 1, Math.max(0, place + i));
            sum += weights[i + reach] * picture[line * between + from * step + channel];
          }
          result[line * between + place * step + channel] = sum;
        }
      }
    }
    return result;
  }
}
