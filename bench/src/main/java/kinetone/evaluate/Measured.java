package kinetone.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was measured of the clips of one set that have what is measured.
 *
 * @param clips names of their files, in order
 * @param rows of each clip, as its {@link Measure} says
 */
public record Measured(List<String> clips, List<double[][]> rows) {
  /** How many clips. */
  public int size() {
    return clips.size();
  }

  /** This row of every clip. */
  public List<double[]> row(int number) {
    return rows.stream().map(clip -> clip[number]).toList();
  }

  /** This number of every clip. */
  public double[] column(int row, int number) {
    return rows.stream().mapToDouble(clip -> clip[row][number]).toArray();
  }

  /**
   * Clips of both sets that belong together, this one's number first: what was made from a file is
   * called by it, as {@code generate} does.
   */
  List<int[]> pairs(Measured other) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < other.size(); i++) {
      places.put(ClipName.key(other.clips.get(i)), i);
    }
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      int mine = i;
      ClipName.keys(clips.get(i)).stream()
          .map(places::get)
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(place -> pairs.add(new int[] {mine, place}));
    }
    return pairs;
  }
}
