package kinetone.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kinetone.common.KinetoneException;

/**
 * The newest checkpoint that is whole. Newer ones that are damaged are passed over, so that a bad
 * disk costs the steps since an older checkpoint and not the training.
 *
 * @param folder the checkpoint
 * @param damaged newer ones, newest first
 */
public record WholeCheckpoint(Path folder, List<Damaged> damaged) {
  /**
   * A checkpoint that cannot be read.
   *
   * @param folder where it is
   * @param reason for a person to read
   */
  public record Damaged(Path folder, String reason) {
    /** Steps done before it. */
    public long step() {
      return RunDirectory.step(folder);
    }
  }

  /**
   * Looks from the newest to the oldest; of weights only the headers are read.
   *
   * @param phases that a checkpoint must have
   * @return empty when there are no checkpoints at all
   * @throws KinetoneException of kind USER when there are, but none is whole
   */
  public static Optional<WholeCheckpoint> newest(RunDirectory run, Collection<String> phases) {
    List<Damaged> damaged = new ArrayList<>();
    List<Path> all = run.folders();
    for (int i = all.size() - 1; i >= 0; i--) {
      Path folder = all.get(i);
      try {
        Checkpoint.requireWhole(folder, phases);
        return Optional.of(new WholeCheckpoint(folder, List.copyOf(damaged)));
      } catch (KinetoneException e) {
        damaged.add(new Damaged(folder, e.getMessage()));
      }
    }
    if (damaged.isEmpty()) {
      return Optional.empty();
    }
    throw KinetoneException.user(
        "checkpoint %s is damaged (%s), and there is no older one to go on from; train again in"
            + " another folder",
        damaged.get(0).folder(), damaged.get(0).reason());
  }
}
