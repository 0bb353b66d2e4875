package kinetone.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import kinetone.media.Audio;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The truth of a scene against what its clip lets one see and hear. */
final class TruthTest {
  private static final ClipFormat FORMAT = ClipFormat.of(64, 64, 17, 8, 16000);

  private static final String[] IMPACT_KINDS = {"BALL", "BELL", "FOOTSTEPS", "KEYS"};

  @Test
  void impacts_are_sparse_and_keep_away_from_each_other_and_from_the_ends() {
    var generator = new SceneGenerator(FORMAT, SceneMix.impacts(), 3);
    double mean = 0;
    int scenes = 200;
    for (int i = 0; i < scenes; i++) {
      double[] times = generator.scene(i).truth().impactTimes();
      assertThat(times).hasSizeBetween(1, 5).isSorted();
      assertThat(times[0]).isGreaterThanOrEqualTo(0.1);
      assertThat(times[times.length - 1]).isLessThanOrEqualTo(FORMAT.videoSeconds() - 0.12);
      for (int k = 1; k < times.length; k++) {
        assertThat(times[k] - times[k - 1]).isGreaterThanOrEqualTo(0.28);
      }
      mean += times.length / (double) scenes;
    }
    assertThat(mean).isBetween(2.2, 2.9);
  }

  @Test
  void sound_leaps_within_five_milliseconds_of_every_impact() {
    var generator = new SceneGenerator(FORMAT, SceneMix.impacts(), 8);
    for (int i = 0; i < 100; i++) {
      var scene = generator.scene(i);
      var audio = scene.clip().audio().orElseThrow();
      for (double time : scene.truth().impactTimes()) {
        // A bell's partials beat against each other: the loudest of 20 ms stands for what rings on.
        double before = peak(audio, time - 0.02, time);
        double after = peak(audio, time, time + 0.005);
        assertThat(after).as("scene %d at %.3f s", i, time).isGreaterThan(1.5 * before + 0.03);
      }
    }
  }

  @Test
  void impact_scenes_are_silent_before_their_first_impact() {
    var generator = new SceneGenerator(FORMAT, SceneMix.impacts(), 21);
    for (int i = 0; i < 50; i++) {
      var scene = generator.scene(i);
      double first = scene.truth().impactTimes()[0];
      assertThat(peak(scene.clip().audio().orElseThrow(), 0, first - 0.001)).isLessThan(0.003);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BALL", "BELL", "FOOTSTEPS", "KEYS", "SIREN", "FIRE", "WAVES"})
  void the_source_is_brighter_than_the_picture(SceneKind kind) {
    var generator = new SceneGenerator(FORMAT, SceneMix.only(kind), 12);
    double atSource = 0;
    double elsewhere = 0;
    for (int i = 0; i < 20; i++) {
      var scene = generator.scene(i);
      var video = scene.clip().video().orElseThrow();
      for (int k = 0; k < FORMAT.frames(); k++) {
        var place = scene.truth().sources().get(k);
        int frame = k;
        int x = (int) (place.x() * 64);
        int y = (int) (place.y() * 64);
        atSource += mean(9, p -> brightness(video, frame, x + p % 3 - 1, y + p / 3 - 1));
        elsewhere += mean(64 * 64, p -> brightness(video, frame, p % 64, p / 64));
      }
    }
    assertThat(atSource).isGreaterThan(1.5 * elsewhere);
  }

  @Test
  void the_brightest_pixels_of_a_single_ball_lie_where_the_truth_says() {
    var generator = new SceneGenerator(FORMAT, SceneMix.only(SceneKind.BALL), 30);
    var single =
        LongStream.range(0, 20)
            .mapToObj(generator::scene)
            .filter(scene -> scene.truth().facts().things().size() == 1)
            .toList();
    assertThat(single).isNotEmpty();
    for (var scene : single) {
      var video = scene.clip().video().orElseThrow();
      for (int k = 0; k < FORMAT.frames(); k++) {
        double weight = 0;
        double sumX = 0;
        double sumY = 0;
        for (int p = 0; p < 64 * 64; p++) {
          double excess = Math.max(0, strongest(video, k, p % 64, p / 64) - 0.75);
          weight += excess;
          sumX += excess * (p % 64 + 0.5) / 64;
          sumY += excess * (Math.floorDiv(p, 64) + 0.5) / 64;
        }
        var place = scene.truth().sources().get(k);
        assertThat(Math.abs(sumX / weight - place.x())).isLessThan(0.05);
        assertThat(Math.abs(sumY / weight - place.y())).isLessThan(0.09);
      }
    }
  }

  @Test
  void a_smaller_ball_sounds_higher() {
    var generator = new SceneGenerator(FORMAT, SceneMix.only(SceneKind.BALL), 14);
    double small = 0;
    double large = 0;
    int smalls = 0;
    int larges = 0;
    for (int i = 0; i < 60; i++) {
      var scene = generator.scene(i);
      var things = scene.truth().facts().things();
      if (things.size() > 1) {
        continue;
      }
      double rate = crossings(scene);
      if (things.get(0).is(Thing.Trait.SMALL)) {
        small += rate;
        smalls++;
      } else if (things.get(0).is(Thing.Trait.LARGE)) {
        large += rate;
        larges++;
      }
    }
    assertThat(small / smalls).isGreaterThan(1.4 * large / larges);
  }

  @Test
  void the_noise_of_waves_follows_the_water() {
    var generator = new SceneGenerator(FORMAT, SceneMix.only(SceneKind.WAVES), 6);
    for (int i = 0; i < 10; i++) {
      var scene = generator.scene(i);
      double[] height = new double[16];
      double[] level = new double[16];
      for (int k = 0; k < 16; k++) {
        height[k] = -scene.truth().sources().get(k).y();
        double time = k / 8.0;
        level[k] = rms(scene.clip().audio().orElseThrow(), time - 0.03, time + 0.03);
      }
      assertThat(correlation(height, level)).isGreaterThan(0.8);
    }
  }

  @Test
  void a_siren_is_loudest_when_its_beam_points_at_the_listener() {
    var generator = new SceneGenerator(FORMAT, SceneMix.only(SceneKind.SIREN), 6);
    for (int i = 0; i < 10; i++) {
      var scene = generator.scene(i);
      var audio = scene.clip().audio().orElseThrow();
      double mean = rms(audio, 0, FORMAT.videoSeconds());
      for (var event : scene.truth().events()) {
        assertThat(rms(audio, event.time() - 0.03, event.time() + 0.03)).isGreaterThan(mean);
      }
    }
  }

  @Test
  void the_kinds_that_call_themselves_impacts_are_the_four() {
    for (var kind : SceneKind.values()) {
      assertThat(kind.impacts()).isEqualTo(List.of(IMPACT_KINDS).contains(kind.name()));
    }
  }

  private static double crossings(Scene scene) {
    var audio = scene.clip().audio().orElseThrow();
    double rate = 0;
    for (double time : scene.truth().impactTimes()) {
      int from = (int) ((time + 0.03) * audio.sampleRate());
      int count = 0;
      for (int n = from; n < from + 800; n++) {
        count += audio.samples()[0][n] > 0 != audio.samples()[0][n + 1] > 0 ? 1 : 0;
      }
      rate += count / (double) scene.truth().impactTimes().length;
    }
    return rate;
  }

  private static double peak(Audio audio, double from, double to) {
    double peak = 0;
    int last = (int) Math.min(audio.length(), to * audio.sampleRate());
    for (int n = (int) Math.max(0, from * audio.sampleRate()); n < last; n++) {
      peak = Math.max(peak, Math.abs(audio.samples()[0][n]));
    }
    return peak;
  }

  private static double rms(Audio audio, double from, double to) {
    int first = (int) Math.max(0, from * audio.sampleRate());
    int last = (int) Math.min(audio.length(), to * audio.sampleRate());
    return Math.sqrt(
        mean(last - first, n -> Math.pow(audio.samples()[0][Math.min(first + n, last - 1)], 2)));
  }

  private static double correlation(double[] a, double[] b) {
    double ma = mean(a.length, i -> a[i]);
    double mb = mean(b.length, i -> b[i]);
    double ab = mean(a.length, i -> (a[i] - ma) * (b[i] - mb));
    double aa = mean(a.length, i -> (a[i] - ma) * (a[i] - ma));
    double bb = mean(b.length, i -> (b[i] - mb) * (b[i] - mb));
    return ab / Math.sqrt(aa * bb);
  }

  private static double mean(int count, IntToDoubleFunction value) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += value.applyAsDouble(i);
    }
    return sum / count;
  }

  private static double brightness(Video video, int frame, int x, int y) {
    return mean(3, c -> channel(video, frame, x, y, c));
  }

  private static double strongest(Video video, int frame, int x, int y) {
    return Math.max(
        channel(video, frame, x, y, 0),
        Math.max(channel(video, frame, x, y, 1), channel(video, frame, x, y, 2)));
  }

  private static double channel(Video video, int frame, int x, int y, int c) {
    int column = Math.max(0, Math.min(video.width() - 1, x));
    int row = Math.max(0, Math.min(video.height() - 1, y));
    int p = ((frame * video.height() + row) * video.width() + column) * 3 + c;
    return (video.rgb()[p] & 0xff) / 255.0;
  }
}
