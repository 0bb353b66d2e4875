package kinetone.server.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line asks of the wall. */
class WallTrialTest {
  @Test
  void a_file_that_ends_its_process_is_refused_by_its_name() {
    ChildWall wall = new ChildWall(ChildWallTest.bad(), ChildWallTest.SMALL, 1);
    try (WallTrial trial = new WallTrial(wall, ChildWallTest.SMALL)) {
      assertThatThrownBy(() -> trial.of(Path.of("/crash")))
          .isInstanceOf(KinetoneException.class)
          .hasMessage(
              "/crash: the file cannot be worked on: the process that did so had to be ended, it"
                  + " crashed");
      assertThatCode(() -> trial.of(Path.of("/good"))).doesNotThrowAnyException();
    }
  }

  @Test
  void a_file_is_decoded_to_its_end_and_once(@TempDir Path folder) throws IOException {
    Path clip = TinyClips.camera(folder.resolve("clip.mp4"), 1);
    Path cut = folder.resolve("cut.mkv");
    byte[] all = Files.readAllBytes(TinyClips.camera(folder.resolve("whole.mkv"), 1));
    Arrays.fill(all, all.length / 2, all.length, (byte) 7);
    Files.write(cut, all);
    List<MediaTask> tasks = new ArrayList<>();
    MediaWall wall =
        new MediaWall() {
          @Override
          public MediaAnswer run(MediaTask task) {
            tasks.add(task);
            return MediaTasks.run(task);
          }

          @Override
          public void close() {}
        };
    try (WallTrial trial = new WallTrial(wall, Bounds.WIDEST)) {
      trial.of(clip);
      trial.of(clip);
      assertThat(tasks).containsExactly(new MediaTask.Trial(clip.toString(), Bounds.WIDEST));
      assertThat(MediaTasks.run(tasks.get(0)))
          .isInstanceOfSatisfying(
              MediaAnswer.Done.class, done -> assertThat(done.seconds()).isBetween(0.9, 1.1));
      assertThatThrownBy(() -> trial.of(folder.resolve("nowhere.mp4")))
          .hasMessageStartingWith(folder + "/nowhere.mp4 ");
      assertThatThrownBy(() -> trial.of(cut)).hasMessageContaining("cut.mkv");
    }
  }
}
