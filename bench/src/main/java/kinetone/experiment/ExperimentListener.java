package kinetone.experiment;

/** Hears how far an experiment is, and may stop it. */
public interface ExperimentListener {
  /**
   * Progress of a piece.
   *
   * @param piece what is being done, in words
   * @param done of {@code all} steps or clips
   */
  void at(String piece, long done, long all);

  /** Asked after each step: true ends the run, which goes on from there another time. */
  default boolean stop() {
    return false;
  }
}
