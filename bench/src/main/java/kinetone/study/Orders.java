package kinetone.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who gets which trials in which order. Single clips come before pairs. Contents go round, so that
 * each gets as many raters as any other, and a rater has each of them in every set: differences
 * between sets are then differences within raters. Repeated trials come first in the first half and
 * again in the last third; pairs have random sides, the other ones when they come again.
 */
final class Orders {
  /** Shuffles of which the one with the fewest neighbours of one content is taken. */
  private static final int SHUFFLES = 50;

  private final List<Trial> trials;
  private final StudyDesign design;
  private final List<String> contents;

  Orders(List<Trial> trials, StudyDesign design) {
    this.trials = trials;
    this.design = design;
    contents =
        trials.stream()
            .map(Trial::content)
            .distinct()
            .collect(Collectors.toCollection(ArrayList::new));
    shuffle(contents, new SplittableRandom(design.seed()));
  }

  /** One order for each rater. */
  List<List<Presentation>> all() {
    return IntStream.range(0, design.raters()).mapToObj(this::order).toList();
  }

  private List<Presentation> order(int rater) {
    SplittableRandom random = new SplittableRandom(31 * design.seed() + rater + 1);
    Set<String> mine = contents(rater);
    List<Presentation> order = new ArrayList<>(block(mine, trial -> !trial.isPair(), random));
    order.addAll(block(mine, Trial::isPair, random));
    return order;
  }

  private Set<String> contents(int rater) {
    int each =
        design.contentsPerRater() == 0
            ? contents.size()
            : Math.min(contents.size(), design.contentsPerRater());
    Set<String> mine = new HashSet<>();
    for (int i = 0; i < each; i++) {
      mine.add(contents.get((int) (((long) rater * each + i) % contents.size())));
    }
    return mine;
  }

  private List<Presentation> block(
      Set<String> mine, Predicate<Trial> kind, SplittableRandom random) {
    List<Integer> chosen =
        IntStream.range(0, trials.size())
            .filter(i -> kind.test(trials.get(i)))
            .filter(i -> trials.get(i).anchor() != null || mine.contains(trials.get(i).content()))
            .boxed()
            .collect(Collectors.toCollection(ArrayList::new));
    List<Integer> best = chosen;
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < SHUFFLES && fewest > 0; i++) {
      List<Integer> shuffled = new ArrayList<>(chosen);
      shuffle(shuffled, random);
      long neighbours = neighbours(shuffled);
      if (neighbours < fewest) {
        fewest = neighbours;
        best = shuffled;
      }
    }
    List<Presentation> block = new ArrayList<>();
    best.forEach(
        i -> block.add(new Presentation(i, trials.get(i).isPair() && random.nextBoolean())));
    repeat(block, random);
    return block;
  }

  private void repeat(List<Presentation> block, SplittableRandom random) {
    int size = block.size();
    // Of one or two trials a repetition would follow at once.
    if (size < 3) {
      return;
    }
    List<Presentation> early =
        block.subList(0, size / 2).stream()
            .filter(one -> trials.get(one.trial()).anchor() == null)
            .collect(Collectors.toCollection(ArrayList::new));
    shuffle(early, random);
    int count = Math.min(design.repeats(), early.size());
    for (Presentation one : early.subList(0, count)) {
      int place = random.nextInt(size - size / 3, block.size() + 1);
      boolean swapped = trials.get(one.trial()).isPair() && !one.swapped();
      block.add(place, new Presentation(one.trial(), swapped));
    }
  }

  private long neighbours(List<Integer> order) {
    return IntStream.range(1, order.size())
        .filter(
            i -> trials.get(order.get(i)).content().equals(trials.get(order.get(i - 1)).content()))
        .count();
  }

  private static <T> void shuffle(List<T> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      T kept = list.get(i);
      list.set(i, list.get(other));
      list.set(other, kept);
    }
  }
}
