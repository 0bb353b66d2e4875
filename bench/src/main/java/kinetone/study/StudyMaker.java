package kinetone.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.Printable;
import kinetone.evaluate.Evaluation.ClipSet;
import kinetone.media.ClipWriter;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;

/**
 * Makes the folder of a study: {@code page/index.html} with its clips in {@code page/media}, for
 * raters, and {@code study.json}, which says whose clips they are and stays with whoever made it.
 * Names of sets and files are on no page and in no name of a file; the same design, seed and clips
 * give the same bytes.
 */
public final class StudyMaker {
  /** Folder of the page within that of the study. */
  public static final String PAGE = "page";

  private static final int MOST_SETS = 12;
  private static final int MOST_CONTENTS = 5000;
  private static final long MOST_PRESENTATIONS = 500_000;
  private static final long MOST_FILE_BYTES = 512L << 20;
  private static final long MOST_BYTES = 16L << 30;
  private static final int LONGEST_NAME = 60;
  private static final int ID = 16;

  private final StudyDesign design;
  private final List<ClipSet> sets;
  private final ClipSet real;

  /** A file that will be beside the page. */
  private record Copy(String name, BrowserMedia source, Anchor anchor) {}

  /**
   * What was made.
   *
   * @param page for raters
   * @param contents that every set has
   * @param presentations of the rater who gets most
   * @param minutes that these take about
   * @param left clips without a counterpart in every set
   * @param encoded clips that browsers would not have played
   */
  public record Made(
      Path page, int contents, int presentations, double minutes, List<Path> left, int encoded) {}

  /**
   * Prepares to make a study.
   *
   * @param sets one at least; two at least for pairs
   * @param real real clips; null for none
   */
  public StudyMaker(StudyDesign design, List<ClipSet> sets, ClipSet real) {
    Check.that(!sets.isEmpty(), "no set of clips is given; give --set NAME=FOLDER");
    Check.that(sets.size() <= MOST_SETS, "%d sets, at most %d", sets.size(), MOST_SETS);
    Check.that(
        !design.pairs() || sets.size() > 1, "pairs are of two sets; give --set NAME=FOLDER again");
    Check.that(
        real != null || !design.anchors().contains(Anchor.REAL),
        "anchors 'real' are real clips; give --real FOLDER");
    Check.that(
        design.ratings() || !design.anchors().contains(Anchor.REAL),
        "anchors 'real' are rated alone; pairs have none of them");
    Set<String> names = new HashSet<>(Set.of(Study.REAL));
    for (ClipSet set : sets) {
      Check.that(
          !set.name().isBlank() && set.name().length() <= LONGEST_NAME,
          "the name of a set has 1 to %d characters",
          LONGEST_NAME);
      Check.that(
          names.add(set.name()),
          "two sets are called '%s'; sets need different names, and none may be 'real'",
          Printable.of(set.name()));
    }
    this.design = design;
    this.sets = List.copyOf(sets);
    this.real = real;
  }

  /**
   * Makes the study.
   *
   * @param folder a new or empty one: answers belong to their page, so none is replaced
   * @param progress hears file by file
   */
  public Made make(Path folder, ProgressListener progress, Cancellation cancellation) {
    requireFree(folder);
    List<ClipSet> all = new ArrayList<>(sets);
    if (real != null) {
      all.add(real);
    }
    MatchedClips clips = MatchedClips.of(all);
    Check.that(
        clips.contents().size() <= MOST_CONTENTS,
        "%d clips in each set, at most %d",
        clips.contents().size(),
        MOST_CONTENTS);
    Map<Path, BrowserMedia> media = media(clips);
    List<Copy> copies = new ArrayList<>();
    List<Trial> trials = trials(clips, media, copies);
    List<List<Presentation>> orders = new Orders(trials, design).all();
    long presentations = orders.stream().mapToLong(List::size).sum();
    int most = orders.stream().mapToInt(List::size).max().orElseThrow();
    Check.that(
        most <= StudyDesign.MOST_TRIALS,
        "%d trials for one rater, at most %d; lower --clips-per-rater",
        most,
        StudyDesign.MOST_TRIALS);
    Check.that(
        presentations <= MOST_PRESENTATIONS,
        "%d trials in all orders, at most %d; lower --raters or --clips-per-rater",
        presentations,
        MOST_PRESENTATIONS);
    Study study =
        new Study(
            id(trials, media),
            design.title(),
            design.seed(),
            design.questions(),
            sets.stream().map(ClipSet::name).toList(),
            trials);
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          Path page = Files.createDirectories(temporary.resolve(PAGE));
          Path beside = Files.createDirectories(page.resolve(StudyPage.MEDIA));
          for (int i = 0; i < copies.size(); i++) {
            if (cancellation.isCancelled()) {
              throw new CancellationException("stopped");
            }
            write(copies.get(i), beside);
            progress.progress("clips", i + 1, copies.size());
          }
          Files.writeString(
              page.resolve("index.html"), StudyPage.html(study, design.note(), orders));
          Files.writeString(
              temporary.resolve(Study.FILE), Json.MAPPER.writeValueAsString(study) + "\n");
        });
    return new Made(
        folder.resolve(PAGE).resolve("index.html"),
        clips.contents().size(),
        most,
        minutes(orders, trials, clips, media),
        clips.left(),
        (int) copies.stream().filter(copy -> !copy.source().isPlayed()).count());
  }

  private static void requireFree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    Check.that(Files.isDirectory(folder), "%s is a file; name a new folder with --out", folder);
    try (Stream<Path> there = Files.list(folder)) {
      Check.that(
          there.findAny().isEmpty(),
          "%s holds files already, and answers belong to the page they were given on; name a new"
              + " folder with --out",
          folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at every clip before anything is written. */
  private Map<Path, BrowserMedia> media(MatchedClips clips) {
    Map<Path, BrowserMedia> media = new LinkedHashMap<>();
    long bytes = 0;
    for (Map<String, Path> content : clips.contents().values()) {
      for (Path file : content.values()) {
        BrowserMedia one = BrowserMedia.of(file);
        for (Question question : design.questions()) {
          Check.that(
              (!question.needsSound() || one.hasSound())
                  && (!question.needsPictures() || one.hasPictures()),
              "%s has no %s, so '%s' cannot be asked of it; choose others with --questions",
              file,
              one.hasSound() ? "pictures" : "sound",
              question.id());
        }
        long size = size(file);
        Check.that(
            size <= MOST_FILE_BYTES,
            "%s has %d MiB, a clip of a study at most %d",
            file,
            size >> 20,
            MOST_FILE_BYTES >> 20);
        bytes += size;
        media.put(file, one);
      }
    }
    Check.that(
        bytes <= MOST_BYTES,
        "the clips have %d MiB together, those of a study at most %d",
        bytes >> 20,
        MOST_BYTES >> 20);
    return media;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Trial> trials(MatchedClips clips, Map<Path, BrowserMedia> media, List<Copy> copies) {
    List<Trial> trials = new ArrayList<>();
    clips
        .contents()
        .forEach(
            (content, files) -> {
              if (design.ratings()) {
                for (ClipSet set : sets) {
                  Copy copy = copy(media.get(files.get(set.name())), null, "r", content, set);
                  copies.add(copy);
                  trials.add(trial(content, List.of(set), List.of(copy), null));
                }
              }
              if (design.pairs()) {
                pairs(content, files, media, copies, trials);
              }
            });
    anchors(clips, media, copies, trials);
    // Places in the list go onto the page and must say nothing.
    trials.sort(Comparator.comparing(Trial::id));
    return trials;
  }

  private void pairs(
      String content,
      Map<String, Path> files,
      Map<Path, BrowserMedia> media,
      List<Copy> copies,
      List<Trial> trials) {
    for (int i = 0; i < sets.size(); i++) {
      for (int j = i + 1; j < sets.size(); j++) {
        List<ClipSet> two = List.of(sets.get(i), sets.get(j));
        String pair = "p" + i + "-" + j;
        List<Copy> both =
            two.stream()
                .map(set -> copy(media.get(files.get(set.name())), null, pair, content, set))
                .toList();
        copies.addAll(both);
        trials.add(trial(content, two, both, null));
      }
    }
  }

  private void anchors(
      MatchedClips clips, Map<Path, BrowserMedia> media, List<Copy> copies, List<Trial> trials) {
    List<String> contents = List.copyOf(clips.contents().keySet());
    SplittableRandom random = new SplittableRandom(~design.seed());
    for (Anchor anchor : design.anchors()) {
      Check.that(
          design.questions().stream().anyMatch(anchor::tells),
          "anchor '%s' tells nothing about the questions that are asked; choose others with"
              + " --anchors",
          anchor.id());
      int first = random.nextInt(contents.size());
      for (int i = 0; i < Math.min(design.anchorCount(), contents.size()); i++) {
        String content = contents.get((first + i) % contents.size());
        ClipSet set = anchor == Anchor.REAL ? real : sets.get(i % sets.size());
        BrowserMedia source = media.get(clips.contents().get(content).get(set.name()));
        if (design.ratings()) {
          Copy copy = copy(source, anchor, "a", content, set);
          copies.add(copy);
          trials.add(trial(content, List.of(set), List.of(copy), anchor));
        }
        if (design.pairs() && anchor != Anchor.REAL) {
          List<Copy> both =
              List.of(
                  copy(source, null, "q-" + anchor.id(), content, set),
                  copy(source, anchor, "q", content, set));
          copies.addAll(both);
          trials.add(trial(content, List.of(set, set), both, anchor));
        }
      }
    }
  }

  /** A clip is copied for each trial it is in: equal names would tell that it comes again. */
  private Copy copy(BrowserMedia source, Anchor anchor, String trial, String content, ClipSet set) {
    boolean altered = anchor != null && anchor != Anchor.REAL;
    String name =
        hash("media", trial, anchor == null ? "" : anchor.id(), content, set.name())
            + "."
            + (altered ? source.encodedEnding() : source.copyEnding());
    return new Copy(name, source, altered ? anchor : null);
  }

  private Trial trial(String content, List<ClipSet> whose, List<Copy> copies, Anchor anchor) {
    List<String> names = copies.stream().map(Copy::name).toList();
    return new Trial(
        hash("trial", String.join(" ", names)),
        content,
        whose.stream().map(ClipSet::name).toList(),
        names,
        anchor);
  }

  private void write(Copy copy, Path folder) throws IOException {
    Path target = folder.resolve(copy.name());
    if (copy.anchor() == null) {
      copy.source().copyTo(target);
    } else {
      // By its name, so that one anchor's noise does not depend on the others.
      SplittableRandom random =
          new SplittableRandom(Long.parseUnsignedLong(copy.name().substring(0, ID), 16));
      ClipWriter.write(target, copy.anchor().of(copy.source().read(), random));
    }
  }

  private String id(List<Trial> trials, Map<Path, BrowserMedia> media) {
    StringBuilder all = new StringBuilder(design.toString());
    trials.forEach(trial -> all.append('\n').append(trial));
    media.forEach((file, info) -> all.append('\n').append(size(file)).append(info.seconds()));
    return hash("study", all.toString());
  }

  /** Sixteen digits that nobody without the seed and all names can turn back. */
  private String hash(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((design.seed() + "\0").getBytes(StandardCharsets.UTF_8));
      for (String part : parts) {
        digest.update((part + "\0").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, ID);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Once through each clip and four seconds for each answer, of the rater who gets most. */
  private double minutes(
      List<List<Presentation>> orders,
      List<Trial> trials,
      MatchedClips clips,
      Map<Path, BrowserMedia> media) {
    double answer = 4.0 * design.questions().size();
    double most = 0;
    for (List<Presentation> order : orders) {
      double seconds = 0;
      for (Presentation one : order) {
        Trial trial = trials.get(one.trial());
        for (String set : trial.sets()) {
          seconds += media.get(clips.contents().get(trial.content()).get(set)).seconds();
        }
        seconds += answer;
      }
      most = Math.max(most, seconds);
    }
    return most / 60;
  }
}
