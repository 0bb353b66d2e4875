package kinetone.cli;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.media.FileTrial;
import kinetone.server.wall.Bounds;
import kinetone.server.wall.ChildWall;
import kinetone.server.wall.WallTrial;
import picocli.CommandLine.Option;

/** For files of people one does not know. */
final class WallOption {
  @Option(
      names = "--wall",
      description =
          "Decode each given file to its end in a process of its own first, with limits of time (an"
              + " hour) and memory (2 GiB): for files of people one does not know. One that crashes"
              + " or hangs there is refused. Takes a second, and each file twice its time.")
  private boolean wanted;

  /** Tries files if that is wanted. */
  record Trial(Optional<WallTrial> behind) implements FileTrial, AutoCloseable {
    @Override
    public void of(Path file) {
      behind.ifPresent(trial -> trial.of(file));
    }

    @Override
    public void close() {
      behind.ifPresent(WallTrial::close);
    }
  }

  /** Opens the wall if it is wanted. */
  Trial open() {
    return new Trial(
        wanted
            ? Optional.of(new WallTrial(new ChildWall(Bounds.WIDEST, 1), Bounds.WIDEST))
            : Optional.empty());
  }
}
