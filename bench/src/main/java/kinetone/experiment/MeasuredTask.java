package kinetone.experiment;

import java.util.List;

/**
 * What was found in the clips of one model and task, enough to compare it with others clip by clip.
 *
 * @param task its name
 * @param clips in the order of scenes
 */
record MeasuredTask(String task, List<MeasuredClip> clips) {
  MeasuredTask {
    clips = List.copyOf(clips);
  }

  /**
   * One clip; of the part that was made.
   *
   * @param pictures features of the classifier of pictures
   * @param sound features of the classifier of sound
   * @param impacts whether it has impacts: by the scene where a track was given, else by what the
   *     classifier of pictures sees
   * @param expected onsets in seconds: of the scene where a track was given, else those seen
   * @param found onsets in the track that was made, else those heard
   */
  record MeasuredClip(
      double[] pictures, double[] sound, boolean impacts, double[] expected, double[] found) {}
}
