package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import kinetone.common.KinetoneException;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;
import org.junit.jupiter.api.Test;

final class StudyPowerTest {
  private static StudyPower of(double difference) {
    return new StudyPower(RatingModel.USUAL, difference, 0.05, 1, 200, 1);
  }

  private static List<StudyPower.Cell> run(
      StudyPower power, List<Integer> clips, List<Integer> raters) {
    return power.run(clips, raters, ProgressListener.NONE, new Cancellation());
  }

  @Test
  void more_clips_find_what_more_raters_do_not() {
    List<StudyPower.Cell> cells = run(of(0.5), List.of(10, 40), List.of(4, 32));
    assertThat(cells.get(2).power()).isGreaterThan(cells.get(0).power() + 0.4);
    assertThat(cells.get(2).power()).isGreaterThan(cells.get(1).power() + 0.2);
    assertThat(StudyPower.smallest(cells, 0.8))
        .hasValueSatisfying(
            cell -> {
              assertThat(cell.clips()).isEqualTo(40);
              assertThat(cell.raters()).isEqualTo(4);
            });
    assertThat(StudyPower.smallest(cells, 1.1)).isEmpty();
  }

  @Test
  void where_there_is_no_difference_clips_keep_the_level_and_ratings_do_not() {
    StudyPower.Cell cell = run(of(0), List.of(20), List.of(32)).get(0);
    assertThat(cell.power()).isLessThan(0.1);
    assertThat(cell.powerOverRatings()).isGreaterThan(0.2);
    assertThat(cell.effect()).isBetween(-0.05, 0.05);
  }

  @Test
  void more_tests_find_less() {
    double one = run(of(0.5), List.of(20), List.of(8)).get(0).power();
    StudyPower divided = new StudyPower(RatingModel.USUAL, 0.5, 0.05, 9, 200, 1);
    assertThat(run(divided, List.of(20), List.of(8)).get(0).power()).isLessThan(one - 0.1);
  }

  @Test
  void the_same_seed_gives_the_same_whatever_other_sizes_are_asked_for() {
    StudyPower.Cell alone = run(of(0.4), List.of(12), List.of(6)).get(0);
    assertThat(run(of(0.4), List.of(6, 12), List.of(3, 6)).get(3)).isEqualTo(alone);
    StudyPower other = new StudyPower(RatingModel.USUAL, 0.4, 0.05, 1, 200, 2);
    assertThat(run(other, List.of(12), List.of(6)).get(0)).isNotEqualTo(alone);
  }

  @Test
  void it_tells_how_far_it_is_and_stops_when_asked() {
    List<Integer> steps = new ArrayList<>();
    of(0.4)
        .run(
            List.of(4, 5),
            List.of(2),
            (phase, step, all) -> {
              assertThat(all).isEqualTo(400);
              steps.add(step);
            },
            new Cancellation());
    assertThat(steps).hasSize(400).isSorted().endsWith(400);
    Cancellation stopped = new Cancellation();
    stopped.cancel();
    assertThatThrownBy(() -> of(0.4).run(List.of(4), List.of(2), ProgressListener.NONE, stopped))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void more_than_anybody_waits_for_is_refused() {
    StudyPower power = new StudyPower(RatingModel.USUAL, 0.4, 0.05, 1, 1_000_000, 1);
    assertThatThrownBy(() -> run(power, List.of(10_000), List.of(10_000)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("fewer simulations");
    assertThatThrownBy(() -> run(of(1), List.of(1), List.of(4)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("clips = 1");
  }
}
