package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;

/** What goldens of one input cannot say: limits, order, bias. */
final class MetricBehaviourTest {
  private static List<double[]> gaussian(Random random, int rows, int width, double shift) {
    List<double[]> all = new ArrayList<>();
    for (int n = 0; n < rows; n++) {
      all.add(IntStream.range(0, width).mapToDouble(i -> random.nextGaussian() + shift).toArray());
    }
    return all;
  }

  @Test
  void few_clips_look_far_from_their_own_kind_and_extrapolation_takes_that_away() {
    Random random = new Random(1);
    FrechetDistance from = new FrechetDistance(gaussian(random, 4000, 16, 0));
    List<double[]> same = gaussian(random, 200, 16, 0);
    double plain = from.of(same);
    assertThat(plain).isGreaterThan(0.3);
    assertThat(FrechetInfinity.of(from, same, 1).value()).isCloseTo(0, within(plain / 4));
  }

  @Test
  void the_kernel_distance_of_one_kind_is_about_nothing_and_grows_with_the_shift() {
    Random random = new Random(2);
    PolynomialMmd from = new PolynomialMmd(gaussian(random, 200, 8, 0));
    double none = from.of(gaussian(random, 100, 8, 0));
    double some = from.of(gaussian(random, 100, 8, 0.5));
    double much = from.of(gaussian(random, 100, 8, 1));
    assertThat(Math.abs(none)).isLessThan(some / 10);
    assertThat(some).isLessThan(much / 2);
  }

  @Test
  void the_inception_score_counts_kinds_that_come_up() {
    List<double[]> sure = new ArrayList<>();
    for (int n = 0; n < 12; n++) {
      double[] logits = new double[8];
      logits[n % 4] = 1000;
      sure.add(logits);
    }
    assertThat(InceptionScore.of(sure, 1).mean()).isCloseTo(4, within(1e-9));
    List<double[]> unsure = List.of(new double[8], new double[8]);
    assertThat(InceptionScore.of(unsure, 1).mean()).isCloseTo(1, within(1e-9));
  }

  @Test
  void a_clip_diverges_from_itself_by_nothing_and_from_what_it_is_not_by_much() {
    double[] one = {9, 0, 0};
    assertThat(KullbackLeibler.SOFTMAX.of(one, one)).isCloseTo(0, within(1e-5));
    assertThat(KullbackLeibler.SOFTMAX.of(one, new double[] {0, 0, 50}))
        .isBetween(10.0, -Math.log(1e-6));
  }

  /** BS.1770: a sine of full scale at 997 Hz in one channel has −3.01 LUFS. */
  @Test
  void a_sine_of_997_hertz_is_as_loud_as_the_standard_says_at_any_rate() {
    for (int rate : new int[] {16000, 44100, 48000}) {
      float[] samples = new float[3 * rate];
      for (int n = 0; n < samples.length; n++) {
        samples[n] = (float) Math.sin(2 * Math.PI * 997 * n / rate);
      }
      assertThat(Loudness.lufs(Audio.mono(samples, rate))).isCloseTo(-3.01, within(0.05));
      assertThat(Silence.share(Audio.mono(samples, rate))).isZero();
    }
  }

  @Test
  void silence_has_no_loudness_and_half_of_it_is_half() {
    assertThat(Loudness.lufs(Audio.mono(new float[8000], 8000)))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Loudness.lufs(Audio.mono(new float[1000], 8000))).isNaN();
    float[] half = new float[8000];
    Arrays.fill(half, 0, 4000, 0.1f);
    assertThat(Silence.share(Audio.mono(half, 8000))).isEqualTo(0.5);
    assertThat(Silence.share(Audio.mono(new float[0], 8000))).isEqualTo(1);
  }

  @Test
  void sound_that_outlasts_its_picture_drifts() {
    Video video = new Video(new byte[8 * 3], 8, 1, 1, 8);
    assertThat(TrackDrift.seconds(Clip.of(video, Audio.mono(new float[9000], 8000))))
        .isCloseTo(0.125, within(1e-12));
    assertThat(TrackDrift.seconds(Clip.of(video))).isNaN();
  }

  @Test
  void peaks_that_meet_count_once_or_more_as_each_code_does_it() {
    double[] onsets = {1.0, 1.05, 3.0};
    double[] peaks = {1.02, 2.0};
    assertThat(AvAlign.ORIGINAL.of(onsets, peaks, 10)).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(AvAlign.PAIRED.of(onsets, peaks, 10)).isCloseTo(1 / 4.0, within(1e-12));
    // 2 of 3 onsets, 1 of 2 peaks: (1/3) / (2/3 + 1/2 − 1/3).
    assertThat(AvAlign.PRECISION_RECALL.of(onsets, peaks, 10)).isCloseTo(0.4, within(1e-12));
    for (AvAlign variant : AvAlign.values()) {
      assertThat(variant.of(new double[0], new double[0], 10)).isNaN();
      assertThat(variant.of(onsets, new double[0], 10)).isZero();
    }
  }

  @Test
  void models_that_differ_are_told_apart_and_equal_ones_rarely() {
    Random random = new Random(3);
    Bootstrap bootstrap = new Bootstrap(400, 0.95, 1);
    int told = 0;
    for (int trial = 0; trial < 400; trial++) {
      double[] first = new double[40];
      double[] second = new double[40];
      for (int n = 0; n < first.length; n++) {
        // Clips are easy or hard for both: what only a paired test can leave out.
        double clip = 10 * random.nextGaussian();
        first[n] = clip + random.nextGaussian();
        second[n] = clip + random.nextGaussian();
      }
      told += PairedComparison.ofMeans(bootstrap, first, second).p() < 0.05 ? 1 : 0;
      if (trial == 0) {
        double[] better = Arrays.stream(first).map(x -> x + 1.5).toArray();
        PairedComparison apart = PairedComparison.ofMeans(bootstrap, better, second);
        assertThat(apart.p()).isLessThan(0.01);
        assertThat(apart.difference().low()).isPositive();
      }
    }
    assertThat(told / 400.0).isBetween(0.02, 0.09);
  }

  @Test
  void what_is_no_pair_is_refused() {
    List<double[]> one = List.of(new double[2]);
    assertThatThrownBy(() -> KullbackLeibler.SOFTMAX.of(one, List.of()))
        .isInstanceOf(KinetoneException.class);
    assertThatThrownBy(
            () -> PairedComparison.ofMeans(Bootstrap.STANDARD, new double[2], new double[3]))
        .isInstanceOf(KinetoneException.class);
    assertThatThrownBy(() -> InceptionScore.of(one, 2)).isInstanceOf(KinetoneException.class);
    assertThatThrownBy(() -> Localisation.union(new double[4], new double[4]))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> new PolynomialMmd(one)).hasMessageContaining("at least 2");
  }
}
