package kinetone.server.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that works on somebody's file may do what it likes: the server goes on. */
class ChildWallTest {
  static final Bounds SMALL = within(60);

  private static Bounds within(double seconds) {
    return new Bounds(1 << 20, 1 << 20, 60, 4, 1 << 20, seconds, 256L << 20);
  }

  static List<String> bad() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx900m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        BadWorker.class.getName());
  }

  @ParameterizedTest
  @CsvSource({
    "/crash, it crashed",
    "/hang, it took longer than 2 s",
    "/grow, MiB of memory",
    "/babble, it crashed",
  })
  void what_goes_wrong_behind_it_costs_one_task(String file, String reason) {
    Bounds bounds = file.equals("/hang") ? within(2) : SMALL;
    try (ChildWall wall = new ChildWall(bad(), bounds, 1)) {
      assertThatThrownBy(() -> wall.run(new MediaTask.Probe(file, SMALL)))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining(reason);
      assertThat(wall.run(new MediaTask.Probe("/good", SMALL))).isEqualTo(new MediaAnswer.Done(1));
    }
  }

  @Test
  void native_libraries_are_unpacked_where_this_process_does() {
    String before = System.setProperty("org.bytedeco.javacpp.cachedir", "/var/lib/kinetone/native");
    try {
      assertThat(ChildWall.command(Bounds.USUAL))
          .contains("-Dorg.bytedeco.javacpp.cachedir=/var/lib/kinetone/native")
          .endsWith(WallMain.class.getName());
    } finally {
      if (before == null) {
        System.clearProperty("org.bytedeco.javacpp.cachedir");
      } else {
        System.setProperty("org.bytedeco.javacpp.cachedir", before);
      }
    }
  }

  @Test
  void media_are_let_in_and_what_names_other_files_is_not(@TempDir Path folder) throws IOException {
    Path clip = TinyClips.camera(folder.resolve("clip.mp4"), 1);
    Path secret = Files.copy(clip, folder.resolve("secret.mp4"));
    try (ChildWall wall = new ChildWall(Bounds.USUAL, 2)) {
      assertThat(wall.run(probe(clip)))
          .isInstanceOfSatisfying(
              MediaAnswer.Headers.class, h -> assertThat(h.picture() && h.sound()).isTrue());
      for (String list :
          List.of(
              "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:" + secret + "\n#EXT-X-ENDLIST\n",
              "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
              "ffconcat version 1.0\nfile '" + secret + "'\n",
              "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>",
              "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
              "P6\n10000 10000\n255\n")) {
        Path file = folder.resolve("list.mp4");
        Files.write(file, list.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> wall.run(probe(file)))
            .as(list)
            .isInstanceOf(KinetoneException.class)
            .hasMessageContaining("not a media file");
      }
      assertThatThrownBy(() -> wall.run(new MediaTask.Probe(clip.toString(), SMALL.with(100, 60))))
          .hasMessageContaining("the limit is 100 bytes");
    }
  }

  private static MediaTask probe(Path file) {
    return new MediaTask.Probe(file.toString(), Bounds.USUAL);
  }
}
