package kinetone.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SceneGeneratorTest {
  private static final ClipFormat SMALL = ClipFormat.of(64, 64, 17, 8, 16000);

  @Test
  void a_scene_depends_on_seed_and_index_only_not_on_order_or_threads() {
    var generator = new SceneGenerator(SMALL, SceneMix.all(), 5);
    var inOrder = IntStream.range(0, 24).mapToObj(generator::scene).toList();
    IntStream.range(0, 24)
        .map(i -> 23 - i)
        .parallel()
        .forEach(
            i -> {
              var again = new SceneGenerator(SMALL, SceneMix.all(), 5).scene(i);
              assertThat(pixels(again)).isEqualTo(pixels(inOrder.get(i)));
              assertThat(sound(again)).isEqualTo(sound(inOrder.get(i)));
              assertThat(again.truth()).isEqualTo(inOrder.get(i).truth());
            });
    assertThat(pixels(new SceneGenerator(SMALL, SceneMix.all(), 6).scene(0)))
        .isNotEqualTo(pixels(inOrder.get(0)));
    assertThat(pixels(inOrder.get(1))).isNotEqualTo(pixels(inOrder.get(0)));
  }

  @ParameterizedTest
  @EnumSource(SceneKind.class)
  void shape_and_rates_change_neither_events_nor_places(SceneKind kind) {
    var mix = SceneMix.only(kind);
    var small = new SceneGenerator(SMALL, mix, 9);
    var large = new SceneGenerator(ClipFormat.of(128, 128, 51, 24, 44100), mix, 9);
    for (int i = 0; i < 5; i++) {
      var expected = small.scene(i).truth();
      var actual = large.scene(i).truth();
      assertThat(actual.events()).isEqualTo(expected.events());
      assertThat(actual.caption()).isEqualTo(expected.caption());
      for (int k = 0; k < 17; k++) {
        var place = actual.sources().get(3 * k);
        assertThat(place.x()).isCloseTo(expected.sources().get(k).x(), within(1e-9));
        assertThat(place.y()).isCloseTo(expected.sources().get(k).y(), within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SceneKind.class)
  void a_larger_picture_shows_the_same_scene(SceneKind kind) {
    var mix = SceneMix.only(kind);
    var small = new SceneGenerator(SMALL, mix, 2).scene(0).clip().video().orElseThrow();
    var format = ClipFormat.of(128, 128, 17, 8, 16000);
    var large = new SceneGenerator(format, mix, 2).scene(0).clip().video().orElseThrow();
    double sum = 0;
    for (int i = 0; i < small.rgb().length; i++) {
      double difference = halved(large, i) - (small.rgb()[i] & 0xff);
      sum += difference * difference;
    }
    assertThat(Math.sqrt(sum / small.rgb().length)).isLessThan(4);
  }

  @ParameterizedTest
  @EnumSource(SceneKind.class)
  void tracks_have_the_asked_shape_and_the_sound_keeps_below_the_ceiling(SceneKind kind) {
    var format = ClipFormat.of(96, 40, 25, 12.5, 22050);
    var generator = new SceneGenerator(format, SceneMix.only(kind), 1);
    for (int i = 0; i < 10; i++) {
      var scene = generator.scene(i);
      var video = scene.clip().video().orElseThrow();
      var audio = scene.clip().audio().orElseThrow();
      assertThat(video.width()).isEqualTo(96);
      assertThat(video.height()).isEqualTo(40);
      assertThat(video.frames()).isEqualTo(25);
      assertThat(audio.length()).isEqualTo(44100);
      assertThat(audio.channels()).isEqualTo(1);
      double peak = 0;
      for (float sample : audio.samples()[0]) {
        peak = Math.max(peak, Math.abs(sample));
      }
      assertThat(peak).isBetween(0.1, 0.9);
      assertThat(scene.truth().kind()).isEqualTo(kind);
      assertThat(scene.truth().sources()).hasSize(25);
      for (var place : scene.truth().sources()) {
        assertThat(place.x()).isBetween(0.0, 1.0);
        assertThat(place.y()).isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void the_default_mix_has_sixty_per_cent_impacts_and_the_impact_mix_only_those() {
    var all = SceneMix.all();
    var counts = new EnumMap<SceneKind, Integer>(SceneKind.class);
    int impacts = 0;
    for (int i = 0; i < 10_000; i++) {
      var kind = all.pick(i / 10_000.0);
      counts.merge(kind, 1, Integer::sum);
      impacts += kind.impacts() ? 1 : 0;
      assertThat(SceneMix.impacts().pick(i / 10_000.0).impacts()).isTrue();
    }
    assertThat(counts).containsOnlyKeys(SceneKind.values());
    assertThat(impacts).isBetween(5990, 6010);
  }

  @Test
  void nonsense_formats_and_mixes_are_refused_in_one_clear_line() {
    assertThatThrownBy(() -> all(new ClipFormat(64, 64, 17, 8, 16000, 16000)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("use 34000 samples");
    assertThatThrownBy(() -> all(ClipFormat.of(64, 64, 4, 8, 16000)))
        .hasMessageContaining("scene seconds = 0.5, must be at least 0.6");
    assertThatThrownBy(() -> new SceneMix(Map.of())).hasMessageContaining("must be positive");
    assertThatThrownBy(() -> new SceneGenerator(SMALL, SceneMix.all(), 0).scene(-1))
        .hasMessageContaining("scene index = -1");
  }

  @Test
  void long_and_short_clips_are_possible() {
    for (double seconds : new double[] {0.625, 1, 30}) {
      var format = ClipFormat.of(16, 16, (int) (seconds * 8), 8, 8000);
      var generator = new SceneGenerator(format, SceneMix.all(), 4);
      for (int i = 0; i < 40; i++) {
        assertThat(generator.scene(i).truth().events()).isNotNull();
      }
    }
  }

  private static double halved(Video large, int index) {
    int c = index % 3;
    int x = index / 3 % 64;
    int y = index / 3 / 64 % 64;
    int frame = index / 3 / 64 / 64;
    int p = ((frame * 128 + 2 * y) * 128 + 2 * x) * 3 + c;
    byte[] rgb = large.rgb();
    int sum = (rgb[p] & 0xff) + (rgb[p + 3] & 0xff);
    return (sum + (rgb[p + 384] & 0xff) + (rgb[p + 387] & 0xff)) / 4.0;
  }

  private static byte[] pixels(Scene scene) {
    return scene.clip().video().orElseThrow().rgb();
  }

  private static float[] sound(Scene scene) {
    return scene.clip().audio().orElseThrow().samples()[0];
  }

  private static SceneGenerator all(ClipFormat format) {
    return new SceneGenerator(format, SceneMix.all(), 0);
  }
}
