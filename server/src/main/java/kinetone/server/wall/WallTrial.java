package kinetone.server.wall;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.media.FileTrial;

/**
 * Has every file decoded to its end behind a wall before it is read on this side: what crashes,
 * hangs or grows does so there. Each file once.
 */
public final class WallTrial implements FileTrial, AutoCloseable {
  private final MediaWall wall;
  private final Bounds bounds;
  private final Set<Path> passed = new HashSet<>();

  /** Tries behind {@code wall}, which is closed with this. */
  public WallTrial(MediaWall wall, Bounds bounds) {
    this.wall = wall;
    this.bounds = bounds;
  }

  @Override
  public void of(Path file) {
    Path whole = file.toAbsolutePath();
    if (passed.contains(whole)) {
      return;
    }
    try {
      wall.run(new MediaTask.Trial(whole.toString(), bounds));
    } catch (KinetoneException e) {
      // Relative names stay what people gave.
      String message = e.getMessage().replace(Printable.of(whole), Printable.of(file));
      throw KinetoneException.user(
          e,
          "%s%s",
          message.contains(Printable.of(file)) ? "" : Printable.of(file) + ": ",
          message);
    }
    passed.add(whole);
  }

  @Override
  public void close() {
    wall.close();
  }
}
