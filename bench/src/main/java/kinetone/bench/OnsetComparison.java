package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.metric.FixedGrid;
import kinetone.metric.OnsetF1;

/** Onsets found in many scenes against those expected there, beside what chance would give. */
final class OnsetComparison {
  private final List<double[]> expected = new ArrayList<>();
  private final List<double[]> found = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();

  /**
   * Adds a scene; all times in seconds.
   *
   * @param length of the scene
   */
  void add(double[] expectedOnsets, double[] foundOnsets, double length) {
    expected.add(expectedOnsets);
    found.add(foundOnsets);
    seconds.add(length);
  }

  /** The score of what was found. */
  Score score(String what, double within) {
    return shifted(what, within, 0);
  }

  /** What was found in a scene, against what was expected of the next. */
  Score shuffled(String what, double within) {
    return shifted(what, within, 1);
  }

  /** As many onsets as were found in a scene, evenly spaced, against what was expected of it. */
  Score grid(String what, double within) {
    List<OnsetF1> scenes = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      double[] even = FixedGrid.onsets(found.get(i).length, seconds.get(i));
      scenes.add(OnsetF1.match(expected.get(i), even, within));
    }
    return Score.of(what, within, scenes);
  }

  private Score shifted(String what, double within, int by) {
    List<OnsetF1> scenes = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      double[] wanted = expected.get((i + by) % expected.size());
      scenes.add(OnsetF1.match(wanted, found.get(i), within));
    }
    return Score.of(what, within, scenes);
  }
}
