package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import kinetone.media.Audio;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against the code that the papers' figures were made with; values from goldens/metrics.py. */
final class MetricGoldenTest {
  private static final Percentage TOLERANCE = Percentage.withPercentage(0.1);

  private static final JsonNode GOLDEN = read();

  private static JsonNode read() {
    try (var in = MetricGoldenTest.class.getResourceAsStream("/goldens/metrics/metrics.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static List<double[]> rows(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(MetricGoldenTest::doubles).toList();
  }

  private static List<double[]> real(int set) {
    return rows(GOLDEN.at("/frechet/" + set + "/real"));
  }

  private static List<double[]> made(int set) {
    return rows(GOLDEN.at("/frechet/" + set + "/made"));
  }

  @Test
  void the_frechet_distance_equals_audioldm_eval_and_mm_diffusion() {
    double distance = new FrechetDistance(real(0)).of(made(0));
    assertThat(distance).isCloseTo(GOLDEN.at("/frechet/0/audioldm").asDouble(), TOLERANCE);
    assertThat(distance).isCloseTo(GOLDEN.at("/frechet/0/mmDiffusion").asDouble(), TOLERANCE);
    // Fewer clips than features.
    assertThat(new FrechetDistance(real(1)).of(made(1)))
        .isCloseTo(GOLDEN.at("/frechet/1/mmDiffusion").asDouble(), TOLERANCE);
    assertThat(new FrechetDistance(real(0)).of(made(0).subList(1, 50)))
        .isNotCloseTo(distance, TOLERANCE);
  }

  @Test
  void what_endlessly_many_clips_would_give_equals_a_regression_by_scikit_learn() {
    List<Integer> sizes = new ArrayList<>();
    List<Double> distances = new ArrayList<>();
    FrechetDistance from = new FrechetDistance(real(0));
    for (JsonNode size : GOLDEN.at("/infinity/sizes")) {
      sizes.add(size.asInt());
      distances.add(from.of(made(0).subList(0, size.asInt())));
    }
    double intercept = GOLDEN.at("/infinity/intercept").asDouble();
    assertThat(FrechetInfinity.of(sizes, distances).value()).isCloseTo(intercept, TOLERANCE);
    sizes.set(0, sizes.get(0) + 2);
    assertThat(FrechetInfinity.of(sizes, distances).value()).isNotCloseTo(intercept, TOLERANCE);
  }

  @Test
  void the_kernel_distance_equals_mm_diffusions_kvd() {
    double expected = GOLDEN.at("/kvd/value").asDouble();
    assertThat(new PolynomialMmd(real(0)).of(made(0))).isCloseTo(expected, TOLERANCE);
    assertThat(new PolynomialMmd(made(0)).of(real(0))).isCloseTo(expected, TOLERANCE);
    assertThat(new PolynomialMmd(real(0)).of(made(0).subList(1, 50)))
        .isNotCloseTo(expected, TOLERANCE);
  }

  @Test
  void the_inception_score_equals_audioldm_eval_shuffled_by_its_seed() {
    List<double[]> logits = rows(GOLDEN.at("/logits/made"));
    InceptionScore score = InceptionScore.of(logits, GOLDEN.at("/inception/splits").asInt());
    assertThat(score.mean()).isCloseTo(GOLDEN.at("/inception/mean").asDouble(), TOLERANCE);
    assertThat(score.deviation())
        .isCloseTo(GOLDEN.at("/inception/deviation").asDouble(), TOLERANCE);
    assertThat(InceptionScore.of(logits, 1).mean())
        .isCloseTo(GOLDEN.at("/inception/whole").asDouble(), TOLERANCE);
    assertThat(InceptionScore.of(logits, 8).mean()).isNotCloseTo(score.mean(), TOLERANCE);
  }

  @Test
  void clips_are_shuffled_as_numpy_does_it() {
    int[] expected =
        StreamSupport.stream(GOLDEN.at("/inception/order").spliterator(), false)
            .mapToInt(JsonNode::asInt)
            .toArray();
    assertThat(NumpyShuffle.order(40, 2020)).isEqualTo(expected);
    assertThat(NumpyShuffle.order(40, 2021)).isNotEqualTo(expected);
  }

  @Test
  void divergences_of_classes_equal_audioldm_eval() {
    List<double[]> real = rows(GOLDEN.at("/logits/real"));
    List<double[]> made = rows(GOLDEN.at("/logits/made"));
    double softmax = GOLDEN.at("/kl/softmax").asDouble();
    assertThat(KullbackLeibler.SOFTMAX.of(real, made)).isCloseTo(softmax, TOLERANCE);
    assertThat(KullbackLeibler.SIGMOID.of(real, made))
        .isCloseTo(GOLDEN.at("/kl/sigmoid").asDouble(), TOLERANCE);
    assertThat(KullbackLeibler.SOFTMAX.of(made, real)).isNotCloseTo(softmax, TOLERANCE);
  }

  @Test
  void loudness_equals_pyloudnorm() {
    for (JsonNode golden : GOLDEN.get("loudness")) {
      double gain = golden.get("gain").asDouble();
      double lufs = golden.get("lufs").asDouble();
      assertThat(Loudness.lufs(signal(golden, gain))).isCloseTo(lufs, within(1e-3));
      assertThat(Loudness.lufs(signal(golden, 1.01 * gain))).isNotCloseTo(lufs, within(1e-2));
    }
  }

  /** As in goldens/metrics.py: a tone that swells, clicks, and a hum too low to be counted. */
  private static Audio signal(JsonNode golden, double gain) {
    int rate = golden.get("rate").asInt();
    int length = (int) (rate * golden.get("seconds").asDouble());
    float[][] samples = new float[golden.get("channels").asInt()][length];
    for (int c = 0; c < samples.length; c++) {
      for (int n = 0; n < length; n++) {
        double t = n / (double) rate;
        double swell = Math.sin(2 * Math.PI * 0.4 * t);
        double tone = Math.sin(2 * Math.PI * (440 + 55 * c) * t) * (0.1 + 0.2 * swell * swell);
        double click = 0.5 * Math.exp(-30 * (t % 0.31)) * Math.sin(2 * Math.PI * 3100 * t);
        double hum = 1e-4 * Math.sin(2 * Math.PI * 60 * t);
        samples[c][n] = (float) (gain * (t % 2.0 < 1.3 ? tone + click : hum));
      }
    }
    return new Audio(samples, rate);
  }

  @Test
  void localisation_equals_ez_vsl() {
    JsonNode golden = GOLDEN.get("localisation");
    int size = golden.get("size").asInt();
    double[] unions =
        IntStream.range(0, golden.get("maps").asInt())
            .mapToDouble(seed -> Localisation.union(heat(size, seed), truth(size, seed)))
            .toArray();
    assertThat(unions).containsExactly(doubles(golden.get("cious")), within(1e-9));
    Localisation all = new Localisation(unions);
    assertThat(all.share()).isCloseTo(golden.get("share").asDouble(), within(1e-9));
    assertThat(all.mean()).isCloseTo(golden.get("mean").asDouble(), within(1e-9));
    assertThat(all.area()).isCloseTo(golden.get("auc").asDouble(), within(1e-9));
    assertThat(Localisation.union(heat(size, 0), truth(size, 5)))
        .isNotCloseTo(unions[0], TOLERANCE);
  }

  private static double[] heat(int size, int seed) {
    double[] map = new double[size * size];
    for (int i = 0; i < map.length; i++) {
      double x = i % size / (double) size;
      double y = Math.floorDiv(i, size) / (double) size;
      double dx = x - 0.3 - 0.05 * seed;
      double dy = y - 0.6;
      map[i] =
          Math.exp(-(dx * dx + dy * dy) / 0.05) + 0.3 * Math.sin(9 * x + seed) * Math.cos(7 * y);
    }
    return map;
  }

  private static double[] truth(int size, int seed) {
    double[] map = new double[size * size];
    for (int i = 0; i < map.length; i++) {
      double dx = Math.abs(i % size / (double) size - 0.45);
      double dy = Math.abs(Math.floorDiv(i, size) / (double) size - 0.55);
      map[i] = (dx < 0.18 + 0.02 * seed && dy < 0.3 ? 0.5 : 0) + (dx < 0.3 && dy < 0.4 ? 0.5 : 0);
    }
    return map;
  }

  @Test
  void meetings_of_peaks_equal_tempo_tokens() {
    for (JsonNode golden : GOLDEN.get("align")) {
      double fps = golden.get("fps").asDouble();
      double[] peaks = AvAlign.PAIRED.peaks(doubles(golden.get("flow")), fps);
      assertThat(peaks).containsExactly(doubles(golden.get("video")), within(1e-12));
      double[] onsets = doubles(golden.get("audio"));
      double union = golden.get("union").asDouble();
      assertThat(AvAlign.PAIRED.of(onsets, peaks, fps)).isCloseTo(union, within(1e-12));
      double[] all = AvAlign.ORIGINAL.peaks(doubles(golden.get("flow")), fps);
      assertThat(all).hasSizeGreaterThan(peaks.length);
      assertThat(AvAlign.ORIGINAL.of(onsets, all, fps)).isNotCloseTo(union, TOLERANCE);
    }
  }
}
