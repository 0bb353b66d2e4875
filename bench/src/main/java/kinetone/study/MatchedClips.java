package kinetone.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.evaluate.ClipName;
import kinetone.evaluate.Evaluation;
import kinetone.evaluate.Evaluation.ClipSet;

/**
 * Clips of several sets that were made for the same, by their names: the same name, else the same
 * but for task and seed, else but for the number in a batch, as {@code evaluate} matches them.
 *
 * @param contents by name of the content, the clip of each set
 * @param left clips that have no counterpart in every set
 */
record MatchedClips(Map<String, Map<String, Path>> contents, List<Path> left) {
  /** Ways in which names may agree, the closest first. */
  private static final List<Function<Path, Set<String>>> WAYS =
      List.of(
          file -> Set.of(stem(file)),
          file -> Set.of(ClipName.key(name(file))),
          file -> Set.copyOf(ClipName.keys(name(file))));

  /**
   * Matches.
   *
   * @param sets the contents are called as in the first
   */
  static MatchedClips of(List<ClipSet> sets) {
    Map<String, Map<String, Path>> contents = new LinkedHashMap<>();
    Set<Path> unused = new TreeSet<>();
    for (Path file : Evaluation.clips(sets.get(0).folder())) {
      Map<String, Path> one = new LinkedHashMap<>();
      one.put(sets.get(0).name(), file);
      Map<String, Path> before = contents.put(stem(file), one);
      Check.that(
          before == null,
          "set %s has two clips called '%s' with different endings; keep one",
          sets.get(0).name(),
          stem(file));
    }
    for (ClipSet set : sets.subList(1, sets.size())) {
      List<Path> files = new ArrayList<>(Evaluation.clips(set.folder()));
      for (Function<Path, Set<String>> way : WAYS) {
        contents.values().stream()
            .filter(one -> !one.containsKey(set.name()))
            .forEach(
                one ->
                    find(set.name(), one.values().iterator().next(), files, way)
                        .ifPresent(
                            file -> {
                              one.put(set.name(), file);
                              files.remove(file);
                            }));
      }
      unused.addAll(files);
    }
    contents
        .values()
        .removeIf(
            one -> {
              boolean missing = one.size() < sets.size();
              if (missing) {
                unused.addAll(one.values());
              }
              return missing;
            });
    if (contents.isEmpty()) {
      throw KinetoneException.user(
          "no clip of '%s' has a counterpart of the same name in every other set; clips of one"
              + " content must have the same name, but for what generate adds",
          sets.get(0).name());
    }
    return new MatchedClips(contents, List.copyOf(unused));
  }

  private static Optional<Path> find(
      String set, Path wanted, List<Path> files, Function<Path, Set<String>> way) {
    Set<String> names = way.apply(wanted);
    List<Path> found =
        files.stream().filter(file -> way.apply(file).stream().anyMatch(names::contains)).toList();
    Check.that(
        found.size() <= 1,
        "%s and %s of set %s may both belong to %s; keep one of them",
        found.isEmpty() ? "" : name(found.get(0)),
        found.size() < 2 ? "" : name(found.get(1)),
        set,
        name(wanted));
    return found.stream().findFirst();
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String stem(Path file) {
    String name = name(file);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
