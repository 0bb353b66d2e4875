package kinetone.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.scene.Thing.Subject;
import org.junit.jupiter.api.Test;

final class CaptionsTest {
  private static final ClipFormat FORMAT = ClipFormat.of(64, 64, 17, 8, 16000);
  private static final SceneGenerator SCENES = new SceneGenerator(FORMAT, SceneMix.all(), 41);
  private static final Pattern WORDS = Pattern.compile("[^a-z0-9]+");
  private static final List<String> NUMBERS =
      List.of("no", "one", "two", "three", "four", "five", "six");

  @Test
  void words_say_colours_and_numbers_that_hold() {
    for (int i = 0; i < 1500; i++) {
      var facts = SCENES.facts(i);
      for (String caption : SCENES.captions(i, 3)) {
        for (String word : WORDS.splitAsStream(caption.toLowerCase(Locale.ROOT)).toList()) {
          var colour =
              Arrays.stream(ColourName.values())
                  .filter(name -> name.words().contains(word))
                  .findFirst();
          colour.ifPresent(name -> assertThat(colours(facts)).as(caption).contains(name));
          int number = number(word);
          if (number > 0 && !caption.contains("one by one") && !caption.contains("one after")) {
            assertThat(facts.things()).as(caption).anyMatch(thing -> thing.count() == number);
          }
        }
      }
    }
  }

  @Test
  void plain_words_name_the_thing_its_colour_and_how_often() {
    for (int i = 0; i < 300; i++) {
      var facts = SCENES.facts(i);
      String caption = Captions.plain(facts);
      for (var thing : facts.things()) {
        String noun = thing.subject() == Subject.KEYS ? "key" : thing.subject().label();
        assertThat(caption).contains(noun);
        thing.colours().forEach(colour -> assertThat(caption).contains(colour.label()));
        if (thing.count() == 3) {
          assertThat(caption).contains("three");
        }
      }
    }
  }

  @Test
  void one_scene_has_many_wordings_and_the_first_is_its_caption() {
    Set<String> firsts = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      var wordings = SCENES.captions(i, 20);
      assertThat(new HashSet<>(wordings)).hasSizeGreaterThan(8);
      firsts.add(wordings.get(0).replaceAll("\\W.*", ""));
    }
    assertThat(firsts).hasSizeGreaterThan(8);
    for (int i = 0; i < 4; i++) {
      var truth = SCENES.scene(i).truth();
      assertThat(SCENES.captions(i, 2).get(0)).isEqualTo(truth.caption());
      assertThat(SCENES.facts(i)).isEqualTo(truth.facts());
      assertThat(truth.facts().count()).isEqualTo(truth.impactTimes().length);
    }
  }

  /** The golden instants are those of scenes made before there were facts. */
  @Test
  void words_leave_what_happens_as_it_was() {
    var generator = new SceneGenerator(FORMAT, SceneMix.all(), 5);
    var told = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      var truth = generator.scene(i).truth();
      var events = truth.events();
      told.add(
          String.format(
              Locale.ROOT,
              "%s %d %.4f %.4f",
              truth.kind().label(),
              events.size(),
              events.get(0).time(),
              truth.sources().get(16).x()));
    }
    assertThat(told).containsExactly(GOLDEN);
  }

  private static final String[] GOLDEN = {
    "ball 3 0.7886 0.2660",
    "bell 3 0.4762 0.7293",
    "fire 4 0.4338 0.5118",
    "keys 3 0.4344 0.6050",
    "footsteps 3 0.2323 0.3816",
    "fire 2 0.5924 0.5315"
  };

  @Test
  void a_single_ball_has_the_colour_that_the_facts_name() {
    var balls = new SceneGenerator(FORMAT, SceneMix.only(SceneKind.BALL), 2);
    int seen = 0;
    for (int i = 0; i < 40; i++) {
      var truth = balls.scene(i).truth();
      if (truth.facts().things().size() > 1) {
        continue;
      }
      var place = truth.sources().get(8);
      var video = balls.scene(i).clip().video().orElseThrow();
      double hue = hue(video, 8, (int) (place.x() * 64), (int) (place.y() * 64));
      assertThat(truth.facts().colour().orElseThrow().distance(hue)).isLessThan(0.02);
      seen++;
    }
    assertThat(seen).isGreaterThan(15);
  }

  @Test
  void names_cover_the_circle_and_know_how_far_a_hue_is() {
    for (int degrees = 0; degrees < 360; degrees++) {
      double hue = (degrees + 0.5) / 360;
      var name = ColourName.of(hue);
      assertThat(name.distance(hue)).isZero();
      for (var other : ColourName.values()) {
        assertThat(other.distance(hue) == 0).isEqualTo(other == name);
        assertThat(other.distance(hue - 3)).isCloseTo(other.distance(hue), within(1e-9));
      }
    }
    assertThat(ColourName.RED.distance(0.25)).isCloseTo(75 / 360.0, within(1e-9));
    assertThat(ColourName.RED.distance(0.75)).isCloseTo(75 / 360.0, within(1e-9));
  }

  @Test
  void common_scenes_have_none_of_the_held_out_combinations_and_held_out_scenes_one_each() {
    Set<Long> numbers = new HashSet<>();
    Set<Combination> met = new HashSet<>();
    for (long i = 0; i < 1000; i++) {
      long common = Combinations.COMMON.number(SCENES, i);
      assertThat(Combination.heldOut(SCENES.facts(common))).isFalse();
      assertThat(SCENES.kind(common)).isEqualTo(SCENES.kind(i));
      long heldOut = Combinations.HELD_OUT.number(SCENES, i);
      assertThat(Combination.heldOut(SCENES.facts(heldOut))).isTrue();
      assertThat(numbers.add(common)).isTrue();
      Combination.HELD_OUT.stream()
          .filter(combination -> combination.in(SCENES.facts(heldOut)))
          .forEach(met::add);
      assertThat(Combinations.ALL.number(SCENES, i)).isEqualTo(i);
    }
    assertThat(met).containsExactlyInAnyOrderElementsOf(Combination.HELD_OUT);
  }

  private static int number(String word) {
    if (word.matches("\\d+")) {
      return Integer.parseInt(word);
    }
    return switch (word) {
      case "once", "single" -> 1;
      case "twice" -> 2;
      default -> NUMBERS.indexOf(word);
    };
  }

  private static Set<ColourName> colours(Facts facts) {
    var all =
        facts.things().stream()
            .flatMap(thing -> thing.colours().stream())
            .collect(Collectors.toCollection(HashSet::new));
    facts.place().colour().ifPresent(all::add);
    return all;
  }

  private static double hue(Video video, int frame, int x, int y) {
    int at = ((frame * 64 + y) * 64 + x) * 3;
    byte[] rgb = video.rgb();
    return Color.RGBtoHSB(rgb[at] & 255, rgb[at + 1] & 255, rgb[at + 2] & 255, null)[0];
  }
}
