package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import kinetone.checkpoint.Json;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.testkit.TinyClips;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyCommandTest {
  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeAll
  static void clips() throws IOException {
    for (String set : new String[] {"a", "b"}) {
      Path clips = Files.createDirectories(shared.resolve(set));
      for (int i = 0; i < 7; i++) {
        ClipWriter.write(clips.resolve(i + ".wav"), Clip.of(TinyClips.audio(0.2, 1, 8000)));
      }
    }
    Files.createDirectories(shared.resolve("empty"));
  }

  private Captured run(String line) {
    return Captured.run(
        Arrays.stream(line.split(" "))
            .map(word -> word.replace("@", folder + "/").replace("%", shared + "/"))
            .toArray(String[]::new));
  }

  /** Raters hear that set a is better; one answers 3 throughout. */
  private void answer(Path study, Path answers) throws IOException {
    Files.createDirectories(answers);
    JsonNode key = Json.MAPPER.readTree(study.resolve("study.json").toFile());
    for (int rater = 1; rater <= 4; rater++) {
      ObjectNode one = Json.MAPPER.createObjectNode();
      one.put("study", key.get("id").asText()).put("rater", "" + rater).put("order", rater);
      one.put("presentations", 20).put("began", "then").put("saved", "now");
      ArrayNode all = one.putArray("answers");
      for (JsonNode trial : key.get("trials")) {
        int felt = trial.has("anchor") ? 1 : trial.at("/sets/0").asText().equals("ours") ? 4 : 2;
        ObjectNode given = all.addObject();
        given
            .put("trial", trial.get("id").asText())
            .put("presentation", 1)
            .put("question", "audio");
        given.put("score", rater == 4 ? 3 : felt).put("seconds", 2.5);
      }
      one.putArray("unplayable");
      Files.writeString(answers.resolve(rater + ".json"), one.toString());
    }
  }

  @Test
  void a_study_goes_from_clips_to_a_report() throws IOException {
    Captured made =
        run("study make --set ours=%a --set theirs=%b --questions audio --out @study --seed 3");
    assertThat(made.status()).as("%s", made.err()).isZero();
    assertThat(made.out()).containsExactly(folder.resolve("study/page/index.html").toString());
    assertThat(made.err().get(made.err().size() - 1))
        .contains("7 clips of each set", "keep", "study.json");
    answer(folder.resolve("study"), folder.resolve("answers"));
    Captured told = run("study analyse @answers --study @study");
    assertThat(told.status()).as("%s", told.err()).isZero();
    assertThat(told.err())
        .containsExactly(
            "kinetone: rater 4 is left out: 3 of 3 answers to anchors are out of their range");
    assertThat(told.out()).hasSize(2);
    assertThat(told.out().get(0))
        .startsWith("audio: ours against theirs: effect +1.00 [+1.00, +1.00]")
        .endsWith("ours higher");
    assertThat(folder.resolve("study/report/index.html")).content().contains("3 of 4 raters");
    Captured json = run("study analyse @answers --study @study --json --out @other");
    JsonNode report = Json.MAPPER.readTree(String.join("\n", json.out()));
    assertThat(report.at("/comparisons/0/clips").asInt()).isEqualTo(7);
    assertThat(folder.resolve("other/report.json")).exists();
  }

  @Test
  void a_plan_tells_the_smallest_study_and_shows_false_alarms() {
    String line = "study plan --clips 8,30 --raters 4 --simulations 100";
    Captured plan = run(line + " --difference 1");
    assertThat(plan.status()).as("%s", plan.err()).isZero();
    assertThat(String.join("\n", plan.out())).contains("4 raters", "Power 0.8: ");
    assertThat(run(line + " --difference 1").out()).isEqualTo(plan.out());
    assertThat(String.join("\n", run(line + " --difference 0").out())).contains("false alarms");
    assertThat(String.join("\n", run(line + " --difference 0.01").out())).contains("None of these");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "study make --out @s | no set of clips is given",
        "study make --set %a --out @s | NAME=FOLDER is expected",
        "study make --set real=%a --out @s | none may be 'real'",
        "study make --set x=%none --out @s | is no folder of clips",
        "study make --set x=%empty --out @s | holds no clip",
        "study make --set x=%a --out @s | has no pictures, so 'video' cannot be asked",
        "study make --set x=%a --questions smell --out @s | question 'smell' is not known",
        "study make --set x=%a --questions audio --anchors loud --out @s | anchor 'loud' is not"
            + " known",
        "study make --set x=%a --questions audio --anchors shifted --out @s | tells nothing",
        "study make --set x=%a --questions audio --pairs --out @s | pairs are of two sets",
        "study make --set x=%a --questions audio --out %a | name a new folder",
        "study make --set x=%a --repeats -1 --out @s | --repeats",
        "study analyse --study @s | no answers are given",
        "study analyse @none.json --study @s | does not exist",
        "study plan --raters 0 | raters = 0",
        "study plan --clips 1 | clips = 1",
        "study plan --difference 9 | --difference",
      })
  void what_cannot_be_done_is_told_in_one_line(String line, String reason) {
    Captured refused = run(line);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).singleElement().asString().contains(reason);
    assertThat(folder.resolve("s")).doesNotExist();
    assertThat(shared.resolve("a/page")).doesNotExist();
  }
}
