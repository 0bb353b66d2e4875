package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RaterAnswersTest {
  /** As the page saves it. */
  private static final String GOOD =
      """
      {
       "study": "id",
       "rater": "anna",
       "order": 3,
       "presentations": 19,
       "began": "2026-11-27T20:00:00.000Z",
       "saved": "2026-11-27T20:20:00.000Z",
       "answers": [
        {"trial": "ours0", "presentation": 1, "question": "audio", "score": 4, "seconds": 5.4},
        {"trial": "ours0", "presentation": 2, "question": "audio", "score": 5, "seconds": 4}
       ],
       "unplayable": ["theirs0"]
      }
      """;

  @TempDir Path folder;

  private final Study study = SimulatedStudy.ofRatings(8).study();

  private List<RaterAnswers> read(Path... paths) {
    return List.copyOf(RaterAnswers.read(List.of(paths), study).values());
  }

  @Test
  void files_and_folders_of_them_are_read() throws IOException {
    Path one = Files.writeString(folder.resolve("one.json"), GOOD);
    Files.writeString(folder.resolve("two.json"), GOOD.replace("anna", "ben"));
    Files.writeString(folder.resolve("notes.txt"), "no answers");
    assertThat(read(folder)).extracting(RaterAnswers::rater).containsExactly("anna", "ben");
    assertThat(read(one).get(0).answers().get(1).score()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"score\": 4 | \"score\": 6 | score 6 of trial ours0, must be between 1 and 5",
        "\"score\": 4 | \"score\": 0 | must be between 1 and 5",
        "\"score\": 4 | \"score\": 4.5 | score",
        "\"score\": 4 | \"score\": \"4\" | score",
        "\"score\": 4 | \"score\": null | score",
        "\"study\": \"id\" | \"study\": \"other\" | answers to another study",
        "\"trial\": \"ours0\" | \"trial\": \"mine\" | no trial 'mine'",
        "[\"theirs0\"] | [\"mine\"] | no trial 'mine'",
        "\"audio\" | \"video\" | does not ask for 'video'",
        "\"audio\" | \"smell\" | question",
        "\"presentation\": 2 | \"presentation\": 3 | presentation 3",
        "\"presentation\": 2 | \"presentation\": 1 | is answered twice",
        "\"seconds\": 4 | \"seconds\": -4 | seconds",
        "\"seconds\": 4 | \"seconds\": 1e999 | seconds",
        "\"rater\": \"anna\" | \"rater\": \" \" | name",
        "\"order\": 3, | \"order\": 3, \"more\": 1, | more",
        "\"order\": 3, | `` | order",
        "{ | [ | not readable",
      })
  void what_is_no_answer_to_this_study_is_told_in_one_line(String good, String bad, String reason)
      throws IOException {
    assertThat(GOOD).contains(good);
    Path file =
        Files.writeString(folder.resolve("bad.json"), GOOD.replace(good, bad == null ? "" : bad));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("kinetone.");
  }

  @Test
  void two_files_of_one_rater_are_refused_rather_than_counted_twice() throws IOException {
    Path one = Files.writeString(folder.resolve("a.json"), GOOD);
    Path other = Files.writeString(folder.resolve("a (1).json"), GOOD);
    assertThatThrownBy(() -> read(one, other))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("both of rater 'anna'");
  }

  @Test
  void a_folder_without_answers_and_a_file_that_is_missing_are_told() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> read(empty)).hasMessageContaining("holds no answers");
    assertThatThrownBy(() -> read(folder.resolve("none.json")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void preferences_are_from_minus_one_to_one() throws IOException {
    Study pairs = SimulatedStudy.ofPairs(8).study();
    String good = GOOD.replace("ours0", "pair0").replace("theirs0", "pair1");
    Path file =
        Files.writeString(
            folder.resolve("pairs.json"),
            good.replace("\"score\": 4", "\"score\": -1").replace("\"score\": 5", "\"score\": 0"));
    assertThat(RaterAnswers.read(List.of(file), pairs)).hasSize(1);
    Files.writeString(file, good);
    assertThatThrownBy(() -> RaterAnswers.read(List.of(file), pairs))
        .hasMessageContaining("must be between -1 and 1");
  }
}
