package kinetone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final int CLIPS = 24;

  private final Random random = new Random(5);

  private static Variant variant(String name) {
    return new Variant(name, null, null, null, null, null, null, null);
  }

  private static Experiment experiment() {
    Claim heard = new Claim("a", Claim.Relation.BETTER, "true", List.of("blind"), List.of("v2a"));
    Claim guessed = new Claim("b", Claim.Relation.BETTER, "blind", List.of("deaf"), List.of("v2a"));
    return new Experiment(
        "Synthetic",
        "recipe",
        null,
        "monl",
        "denoiser",
        Map.of(),
        null,
        1,
        "judges",
        List.of(new AskedTask("v2a", null, null, null)),
        List.of(variant("true"), variant("blind"), variant("deaf")),
        Map.of("b", new Budget(null, List.of(1L), CLIPS, null)),
        List.of(heard, guessed));
  }

  private double[] onsets() {
    return random.doubles(3, 0, 2).sorted().toArray();
  }

  private MeasuredTask task(List<double[]> expected, List<double[]> found) {
    List<MeasuredTask.MeasuredClip> clips = new ArrayList<>();
    for (int i = 0; i < CLIPS; i++) {
      double[] features = random.doubles(2).toArray();
      clips.add(
          new MeasuredTask.MeasuredClip(
              features, features, i % 3 > 0, expected.get(i), found.get(i)));
    }
    return new MeasuredTask("v2a", clips);
  }

  private List<double[]> drawn() {
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < CLIPS; i++) {
      all.add(onsets());
    }
    return all;
  }

  @Test
  void onsets_count_where_somebody_is_better_than_clips_that_do_not_belong_together() {
    List<double[]> scenes = drawn();
    MeasuredTask real = task(scenes, scenes);
    ExperimentResult result =
        new Results(
                experiment(),
                CLIPS,
                Map.of("v2a", new Results.Real(real, real)),
                Map.of(
                    "true", Map.of("v2a", List.of(task(scenes, scenes))),
                    "blind", Map.of("v2a", List.of(task(scenes, drawn()))),
                    "deaf", Map.of("v2a", List.of(task(scenes, drawn())))))
            .result("b", List.of(1L), List.of());
    List<Comparison> onsets =
        result.verdicts().stream()
            .flatMap(verdict -> verdict.comparisons().stream())
            .filter(one -> one.quantity().startsWith("onset"))
            .toList();
    assertThat(onsets).extracting(Comparison::atChance).containsExactly(false, true);
    assertThat(onsets.get(0).better()).isTrue();
    assertThat(result.verdicts().get(1).outcome()).isEqualTo(Verdict.Outcome.CANNOT_BE_TOLD);
    assertThat(ExperimentFiles.markdown(result))
        .contains("both at chance, says nothing", "## onset F1 within 125 ms, shuffled");
    double chance =
        result.rows().stream()
            .filter(row -> row.variant().equals("true") && row.quantity().endsWith("shuffled"))
            .findFirst()
            .orElseThrow()
            .value()
            .value();
    assertThat(chance).isBetween(0.1, 0.6);
  }
}
