package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrdersTest {
  private static final int CONTENTS = 12;

  private static List<Trial> trials(boolean pairs) {
    List<Trial> trials = new ArrayList<>();
    for (int content = 0; content < CONTENTS; content++) {
      for (String set : List.of("ours", "theirs")) {
        trials.add(trial(content + set, "c" + content, List.of(set), null));
      }
      if (pairs) {
        trials.add(trial(content + "pair", "c" + content, List.of("ours", "theirs"), null));
      }
    }
    trials.add(trial("n0", "c0", List.of("ours"), Anchor.NOISE));
    trials.add(trial("n1", "c1", List.of("theirs"), Anchor.NOISE));
    return trials;
  }

  private static Trial trial(String id, String content, List<String> sets, Anchor anchor) {
    return new Trial(id, content, sets, sets, anchor);
  }

  private static StudyDesign design(boolean pairs, int perRater, int repeats, long seed) {
    return new StudyDesign(
        "", "", List.of(Question.AUDIO), true, pairs, List.of(), 1, repeats, perRater, 24, seed);
  }

  private static List<List<Presentation>> orders(boolean pairs, int perRater, long seed) {
    return new Orders(trials(pairs), design(pairs, perRater, 3, seed)).all();
  }

  @Test
  void each_rater_has_an_order_of_their_own_and_a_seed_gives_the_same_ones() {
    List<List<Presentation>> orders = orders(true, 0, 7);
    assertThat(new HashSet<>(orders)).hasSize(24);
    assertThat(orders(true, 0, 7)).isEqualTo(orders);
    assertThat(orders(true, 0, 8)).isNotEqualTo(orders);
  }

  @Test
  void everybody_gets_everything_once_and_some_trials_again_and_apart() {
    List<Trial> trials = trials(false);
    for (List<Presentation> order : orders(false, 0, 7)) {
      assertThat(order).hasSize(trials.size() + 3);
      Map<Integer, List<Integer>> places = new HashMap<>();
      IntStream.range(0, order.size())
          .forEach(
              i -> places.computeIfAbsent(order.get(i).trial(), t -> new ArrayList<>()).add(i));
      assertThat(places).hasSize(trials.size());
      List<List<Integer>> twice =
          places.values().stream().filter(where -> where.size() == 2).toList();
      assertThat(twice).hasSize(3);
      assertThat(twice).allMatch(where -> where.get(1) - where.get(0) >= 4);
      places.forEach(
          (trial, where) ->
              assertThat(where)
                  .hasSizeLessThanOrEqualTo(trials.get(trial).anchor() == null ? 2 : 1));
    }
  }

  @Test
  void contents_go_round_and_come_in_every_set() {
    List<Trial> trials = trials(false);
    Map<String, Integer> raters = new HashMap<>();
    for (List<Presentation> order : orders(false, 5, 7)) {
      Map<String, Set<String>> sets = new HashMap<>();
      for (Presentation one : order) {
        Trial trial = trials.get(one.trial());
        if (trial.anchor() == null) {
          sets.computeIfAbsent(trial.content(), c -> new HashSet<>()).addAll(trial.sets());
        }
      }
      assertThat(sets).hasSize(5);
      assertThat(sets.values()).allMatch(of -> of.size() == 2);
      sets.keySet().forEach(content -> raters.merge(content, 1, Integer::sum));
      assertThat(order.stream().map(one -> trials.get(one.trial()).anchor()).filter(a -> a != null))
          .hasSize(2);
    }
    assertThat(raters).hasSize(CONTENTS);
    assertThat(raters.values()).allMatch(count -> count == 24 * 5 / CONTENTS);
  }

  @Test
  void pairs_follow_single_clips_on_either_side_and_turned_when_they_come_again() {
    List<Trial> trials = trials(true);
    int swapped = 0;
    int shown = 0;
    for (List<Presentation> order : orders(true, 0, 7)) {
      Map<Integer, Boolean> before = new HashMap<>();
      boolean pairs = false;
      for (Presentation one : order) {
        boolean pair = trials.get(one.trial()).isPair();
        assertThat(pair || !pairs).isTrue();
        pairs = pair;
        assertThat(pair || !one.swapped()).isTrue();
        Boolean first = before.put(one.trial(), one.swapped());
        if (pair && first != null) {
          assertThat(one.swapped()).isNotEqualTo(first);
        }
        swapped += one.swapped() ? 1 : 0;
        shown += pair ? 1 : 0;
      }
    }
    assertThat((double) swapped / shown).isBetween(0.4, 0.6);
  }

  @Test
  void clips_of_one_content_seldom_follow_each_other() {
    List<Trial> trials = trials(false);
    long neighbours = 0;
    for (List<Presentation> order : orders(false, 0, 7)) {
      neighbours +=
          IntStream.range(1, order.size())
              .filter(
                  i ->
                      trials
                          .get(order.get(i).trial())
                          .content()
                          .equals(trials.get(order.get(i - 1).trial()).content()))
              .count();
    }
    // Of 29 places a plain shuffle has about one.
    assertThat(neighbours).isLessThan(12);
  }

  @Test
  void of_two_trials_none_comes_again_at_once() {
    List<Trial> two = trials(false).subList(0, 2);
    assertThat(new Orders(two, design(false, 0, 3, 1)).all())
        .allSatisfy(order -> assertThat(order).hasSize(2));
  }
}
