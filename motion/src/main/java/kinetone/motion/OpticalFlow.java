package kinetone.motion;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.magnitude;
import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_core.split;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_video.calcOpticalFlowFarneback;

import kinetone.common.Check;
import kinetone.media.Video;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;

/**
 * The mean length of optical flow (Farnebäck 2003, OpenCV) between one picture and the next, with
 * the parameters of AV-Align (guyyariv/TempoTokens, {@code av_align.py}).
 */
public final class OpticalFlow {
  private static final double SCALE = 0.5;
  private static final int LEVELS = 3;
  private static final int WINDOW = 15;
  private static final int ITERATIONS = 3;
  private static final int NEIGHBOURS = 5;
  private static final double SIGMA = 1.2;

  private OpticalFlow() {}

  /**
   * A number for each picture, in pixels: how far it is from the one before; the first has that of
   * the second.
   *
   * @param video two pictures at least
   */
  public static double[] lengths(Video video) {
    Check.atLeast("pictures for optical flow", video.frames(), 2);
    double[] lengths = new double[video.frames()];
    Mat before = grey(video, 0);
    try {
      for (int i = 1; i < lengths.length; i++) {
        Mat now = grey(video, i);
        lengths[i] = between(before, now);
        before.close();
        before = now;
      }
    } finally {
      before.close();
    }
    lengths[0] = lengths[1];
    return lengths;
  }

  /** The caller's to close. */
  private static Mat grey(Video video, int number) {
    int picture = video.height() * video.width() * 3;
    try (PointerScope scope = new PointerScope()) {
      BytePointer bytes = new BytePointer(picture);
      bytes.put(video.rgb(), number * picture, picture);
      Mat grey = new Mat();
      cvtColor(new Mat(video.height(), video.width(), CV_8UC3, bytes), grey, COLOR_RGB2GRAY);
      grey.retainReference();
      return grey;
    }
  }

  private static double between(Mat before, Mat now) {
    try (PointerScope scope = new PointerScope()) {
      Mat flow = new Mat();
      calcOpticalFlowFarneback(
          before, now, flow, SCALE, LEVELS, WINDOW, ITERATIONS, NEIGHBOURS, SIGMA, 0);
      MatVector axes = new MatVector();
      split(flow, axes);
      Mat length = new Mat();
      magnitude(axes.get(0), axes.get(1), length);
      return mean(length).get(0);
    }
  }
}
