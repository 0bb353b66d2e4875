package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ScenesCommandTest {
  @TempDir Path folder;

  /** Immutable maps have another order in every JVM, so one run could not tell. */
  @Test
  void the_truth_has_one_order() throws Exception {
    Captured run = Captured.run("scenes", "--count", "1", "--out", folder.toString());
    assertThat(run.status()).as("%s", run.err()).isZero();
    Path truth = folder.resolve("00000-siren.json");
    assertThat(new ObjectMapper().readTree(Files.readString(truth)).fieldNames())
        .toIterable()
        .containsExactly("kind", "caption", "captions", "plain", "facts", "events", "sources");
    String facts = new ObjectMapper().readTree(Files.readString(truth)).get("facts").toString();
    assertThat(facts).startsWith("{\"kind\":\"SIREN\",\"things\":[{\"subject\":\"BEACON\"");
    assertThat(folder.resolve("00000-siren.txt"))
        .hasContent(new ObjectMapper().readTree(Files.readString(truth)).get("caption").asText());
  }

  @Test
  void a_single_clip_has_the_name_it_is_given_and_replaces_nothing() throws Exception {
    String silent = folder.resolve("silent.mp4").toString();
    Captured run = Captured.run("scenes", "--kind", "ball", "--silent", "-o", silent);
    assertThat(run.status()).as("%s", run.err()).isZero();
    assertThat(run.out()).containsExactly(silent);
    MediaInfo info = MediaProbe.probe(Path.of(silent), Limits.defaults());
    assertThat(info.video()).isPresent();
    assertThat(info.audio()).isEmpty();
    assertThat(folder).isDirectoryNotContaining("glob:**.json");

    run = Captured.run("scenes", "--kind", "ball", "-o", silent);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("silent.mp4 exists", "--force");
    assertThat(Captured.run("scenes", "--kind", "ball", "-o", silent, "--force").status()).isZero();
    assertThat(MediaProbe.probe(Path.of(silent), Limits.defaults()).audio()).isPresent();

    for (String more : new String[] {"--count 2 -o x.mp4", "--out x -o x.mp4", "--force"}) {
      run = Captured.run(("scenes " + more).split(" "));
      assertThat(run.status()).as(more).isEqualTo(2);
      assertThat(run.err()).singleElement().asString().contains("--out");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void results_that_were_lost_are_no_success() throws Exception {
    String[] scenes = {"scenes", "--count", "1", "--out", folder.toString()};
    for (String output : new String[] {"exec >/dev/full", "exec >&-"}) {
      Process process = ChildProcess.start("exec 2>" + folder + "/err; " + output, scenes);
      assertThat(process.waitFor()).as(output).isEqualTo(2);
      assertThat(Files.readString(folder.resolve("err")))
          .contains("kinetone: standard output cannot be written");
    }
    assertThat(ChildProcess.start(":", scenes).waitFor()).isZero();
  }
}
