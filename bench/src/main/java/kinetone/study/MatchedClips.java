package kinetone.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
      Set<Path> files = new LinkedHashSet<>(Evaluation.clips(set.folder()));
      for (Function<Path, Set<String>> way : WAYS) {
        match(set.name(), contents.values(), files, way);
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

  /** Gives contents their files, which are taken from {@code files}. */
  private static void match(
      String set,
      Collection<Map<String, Path>> contents,
      Set<Path> files,
      Function<Path, Set<String>> way) {
    Map<String, List<Path>> byName = new HashMap<>();
    for (Path file : files) {
      way.apply(file)
          .forEach(name -> byName.computeIfAbsent(name, key -> new ArrayList<>()).add(file));
    }
    for (Map<String, Path> content : contents) {
      if (content.containsKey(set)) {
        continue;
      }
      Path wanted = content.values().iterator().next();
      List<Path> found =
          way.apply(wanted).stream()
              .flatMap(name -> byName.getOrDefault(name, List.of()).stream())
              .filter(files::contains)
              .distinct()
              .sorted()
              .toList();
      if (found.size() > 1) {
        throw KinetoneException.user(
            "%s and %s of set %s may both belong to %s; keep one of them",
            name(found.get(0)), name(found.get(1)), set, name(wanted));
      }
      if (found.size() == 1) {
        content.put(set, found.get(0));
        files.remove(found.get(0));
      }
    }
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
