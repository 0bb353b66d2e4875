package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.evaluate.Evaluation.ClipSet;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.ReadOptions;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;
import kinetone.testkit.TinyClips;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyMakerTest {
  private static final int CLIPS = 4;
  private static final String NOTE = "Headphones, please. </script><script>alert(1)</script><!--";

  @TempDir static Path shared;

  @TempDir Path folder;

  private static final List<ClipSet> SETS = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    SETS.clear();
    for (String set : List.of("monlSystem", "othersSystem")) {
      Path clips = Files.createDirectories(shared.resolve(set));
      for (int i = 0; i < CLIPS; i++) {
        String ending = set.startsWith("m") ? "-v2a-seed7" : "-v2a-seed-3";
        Clip clip =
            Clip.of(TinyClips.video(0.5 + 0.1 * i, 16, 16, 10), TinyClips.audio(0.5, 1, 8000));
        ClipWriter.writeMp4(clips.resolve("secret" + i + ending + ".mp4"), clip);
      }
      SETS.add(new ClipSet(set, clips));
    }
    Path real = Files.createDirectories(shared.resolve("truth"));
    for (int i = 0; i < CLIPS; i++) {
      ClipWriter.writeMp4(real.resolve("secret" + i + ".mp4"), TinyClips.fitting());
    }
    SETS.add(new ClipSet("real", real));
  }

  private static StudyDesign design(boolean pairs, List<Anchor> anchors, long seed) {
    return new StudyDesign(
        "A <b>title</b>",
        NOTE,
        List.of(Question.AUDIO, Question.VIDEO, Question.ALIGNMENT),
        true,
        pairs,
        anchors,
        2,
        2,
        0,
        5,
        seed);
  }

  private static StudyMaker.Made make(Path out, StudyDesign design, boolean real) {
    return new StudyMaker(design, SETS.subList(0, 2), real ? SETS.get(2) : null)
        .make(out, ProgressListener.NONE, new Cancellation());
  }

  private static Map<String, byte[]> files(Path root) {
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        all.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** What the script of the page reads. */
  private static JsonNode data(Path out) throws IOException {
    String page = Files.readString(out.resolve("page/index.html"));
    Matcher found =
        Pattern.compile(
                "<script type=\"application/json\" id=\"study\">(.*?)</script>", Pattern.DOTALL)
            .matcher(page);
    assertThat(found.find()).isTrue();
    return Json.MAPPER.readTree(found.group(1));
  }

  @Test
  void raters_cannot_tell_whose_a_clip_is() throws IOException {
    Path out = folder.resolve("study");
    StudyMaker.Made made =
        make(out, design(true, List.of(Anchor.NOISE, Anchor.SHIFTED, Anchor.REAL), 3), true);
    assertThat(made.page()).isEqualTo(out.resolve("page/index.html")).exists();
    String page = Files.readString(made.page());
    List<String> secrets =
        List.of("monl", "others", "secret", "seed", "noise-sound", "shifted", "\"real\"", "anchor");
    assertThat(page.replace("kinetone-study", ""))
        .doesNotContainIgnoringCase(secrets.toArray(String[]::new));
    Set<String> media = new HashSet<>();
    for (String file : files(out.resolve("page")).keySet()) {
      if (!file.equals("index.html")) {
        assertThat(file).matches("media/[0-9a-f]{16}\\.mp4");
        media.add(file);
      }
    }
    Set<String> named = new HashSet<>();
    JsonNode trials = data(out).get("trials");
    List<String> ids = new ArrayList<>();
    for (JsonNode trial : trials) {
      ids.add(trial.get("id").asText());
      trial.get("media").forEach(one -> named.add(one.get("file").asText()));
    }
    assertThat(named).isEqualTo(media);
    // 8 ratings, 4 pairs, 6 anchors alone, 4 in pairs; a file for each time a clip is in a trial.
    assertThat(trials).hasSize(22);
    assertThat(media).hasSize(8 + 8 + 6 + 8);
    assertThat(ids).isSorted();
    assertThat(Study.read(out).trials()).extracting(Trial::id).isEqualTo(ids);
  }

  @Test
  void what_people_write_is_text_on_the_page_and_no_script() throws IOException {
    Path out = folder.resolve("study");
    make(out, design(false, List.of(), 3), false);
    String page = Files.readString(out.resolve("page/index.html"));
    assertThat(page).doesNotContain("alert(1)</script>", "<!--", "<b>title");
    assertThat(page.split("<script", -1)).hasSize(3);
    assertThat(data(out).get("note").asText()).isEqualTo(NOTE);
    assertThat(data(out).get("title").asText()).isEqualTo("A <b>title</b>");
    // Nothing is loaded from elsewhere.
    assertThat(page).doesNotContain("http:", "https:", "src=\"", "href=\"");
  }

  @Test
  void a_seed_gives_the_same_bytes_and_another_one_other_names_and_orders() throws IOException {
    List<Anchor> anchors = List.of(Anchor.NOISE);
    make(folder.resolve("one"), design(false, anchors, 3), false);
    make(folder.resolve("two"), design(false, anchors, 3), false);
    make(folder.resolve("other"), design(false, anchors, 4), false);
    Map<String, byte[]> one = files(folder.resolve("one"));
    Map<String, byte[]> two = files(folder.resolve("two"));
    assertThat(two.keySet()).isEqualTo(one.keySet());
    one.forEach((file, bytes) -> assertThat(two.get(file)).as(file).isEqualTo(bytes));
    Set<String> shared = new HashSet<>(one.keySet());
    shared.retainAll(files(folder.resolve("other")).keySet());
    assertThat(shared).containsExactlyInAnyOrder("page/index.html", "study.json");
    assertThat(data(folder.resolve("other")).get("orders"))
        .isNotEqualTo(data(folder.resolve("one")).get("orders"));
  }

  @Test
  void clips_are_copied_as_they_are_and_anchors_are_altered_as_they_say() {
    Path out = folder.resolve("study");
    make(
        out,
        design(false, List.of(Anchor.NOISE, Anchor.NOISE_SOUND, Anchor.SHIFTED, Anchor.REAL), 3),
        true);
    Map<String, byte[]> page = files(out.resolve("page/media"));
    Map<String, byte[]> originals = new HashMap<>();
    SETS.forEach(set -> files(set.folder()).forEach((f, b) -> originals.put(set.name() + f, b)));
    for (Trial trial : Study.read(out).trials()) {
      boolean same =
          originals.values().stream()
              .anyMatch(bytes -> Arrays.equals(bytes, page.get(trial.media().get(0))));
      assertThat(same)
          .as("%s", trial)
          .isEqualTo(trial.anchor() == null || trial.anchor() == Anchor.REAL);
      if (trial.anchor() == Anchor.NOISE_SOUND) {
        Clip clip =
            ClipReader.read(
                out.resolve("page/media").resolve(trial.media().get(0)), ReadOptions.defaults());
        assertThat(crossings(clip.audio().orElseThrow().samples()[0])).isGreaterThan(0.3);
      }
    }
    // The tone that the noise stands for.
    assertThat(crossings(TinyClips.audio(0.5, 1, 8000).samples()[0])).isLessThan(0.1);
  }

  /** Share of neighbours with different signs: one half of white noise. */
  private static double crossings(float[] samples) {
    int found = 0;
    for (int i = 1; i < samples.length; i++) {
      found += samples[i] * samples[i - 1] < 0 ? 1 : 0;
    }
    return (double) found / samples.length;
  }

  @Test
  void what_browsers_do_not_play_is_encoded_again() throws IOException {
    Path clips = Files.createDirectories(folder.resolve("clips"));
    Files.copy(first(SETS.get(0)), clips.resolve("a.mov"));
    StudyDesign plain =
        new StudyDesign("", "", List.of(Question.AUDIO), true, false, List.of(), 1, 0, 0, 1, 1);
    StudyMaker.Made made =
        new StudyMaker(plain, List.of(new ClipSet("one", clips)), null)
            .make(folder.resolve("study"), ProgressListener.NONE, new Cancellation());
    assertThat(made.encoded()).isEqualTo(1);
    assertThat(files(folder.resolve("study/page/media")).keySet())
        .singleElement()
        .asString()
        .endsWith(".mp4");
  }

  private static Path first(ClipSet set) throws IOException {
    try (Stream<Path> files = Files.list(set.folder())) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void clips_without_counterparts_are_told_and_left_out() throws IOException {
    Path fewer = Files.createDirectories(folder.resolve("fewer"));
    Files.copy(first(SETS.get(1)), fewer.resolve("003-secret0-v2a-seed1.mp4"));
    Files.copy(first(SETS.get(1)), fewer.resolve("stranger.mp4"));
    MatchedClips matched = MatchedClips.of(List.of(SETS.get(0), new ClipSet("fewer", fewer)));
    assertThat(matched.contents()).hasSize(1);
    assertThat(matched.contents().values().iterator().next().get("fewer"))
        .hasFileName("003-secret0-v2a-seed1.mp4");
    assertThat(matched.left()).hasSize(CLIPS).contains(fewer.resolve("stranger.mp4"));
    Files.copy(first(SETS.get(1)), fewer.resolve("004-secret0-v2a-seed2.mp4"));
    refused(
        () -> MatchedClips.of(List.of(SETS.get(0), new ClipSet("fewer", fewer))),
        "may both belong to secret0");
    Path none = Files.createDirectories(folder.resolve("none"));
    Files.copy(first(SETS.get(1)), none.resolve("stranger.mp4"));
    refused(() -> MatchedClips.of(List.of(SETS.get(0), new ClipSet("none", none))), "counterpart");
  }

  @Test
  void a_study_is_never_replaced() throws IOException {
    Path out = folder.resolve("study");
    Path answers = Files.createDirectories(out).resolve("answers.json");
    Files.writeString(answers, "{}");
    refused(() -> make(out, design(false, List.of(), 3), false), "name a new folder");
    assertThat(files(out)).containsOnlyKeys("answers.json");
  }

  @Test
  void what_cannot_be_asked_is_refused_before_anything_is_written() throws IOException {
    Path silent = Files.createDirectories(folder.resolve("silent"));
    ClipWriter.writeMp4(silent.resolve("a.mp4"), Clip.of(TinyClips.video(0.5, 16, 16, 10)));
    List<ClipSet> one = List.of(new ClipSet("silent", silent));
    Path out = folder.resolve("study");
    refused(
        () ->
            new StudyMaker(design(false, List.of(), 3), one, null)
                .make(out, ProgressListener.NONE, new Cancellation()),
        "has no sound, so 'audio' cannot be asked");
    refused(() -> new StudyMaker(design(true, List.of(), 3), one, null), "pairs are of two sets");
    refused(() -> new StudyMaker(design(false, List.of(Anchor.REAL), 3), one, null), "give --real");
    refused(
        () -> new StudyMaker(design(false, List.of(), 3), List.of(one.get(0), one.get(0)), null),
        "two sets are called 'silent'");
    Files.writeString(silent.resolve("b.mp4"), "no clip");
    refused(
        () ->
            new StudyMaker(
                    new StudyDesign(
                        "", "", List.of(Question.VIDEO), true, false, List.of(), 1, 0, 0, 1, 1),
                    one,
                    null)
                .make(out, ProgressListener.NONE, new Cancellation()),
        "b.mp4");
    assertThat(out).doesNotExist();
  }

  @Test
  void whoever_stops_it_finds_nothing_half_made() {
    Cancellation stopped = new Cancellation();
    assertThatThrownBy(
            () ->
                new StudyMaker(design(false, List.of(), 3), SETS.subList(0, 2), null)
                    .make(folder.resolve("s"), (phase, step, all) -> stopped.cancel(), stopped))
        .isInstanceOf(CancellationException.class);
    assertThat(files(folder)).isEmpty();
  }

  private static void refused(ThrowingCallable work, String reason) {
    assertThatThrownBy(work)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }
}
