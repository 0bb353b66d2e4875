package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against scipy and the package krippendorff; values from goldens/study.py. */
final class StudyStatisticsGoldenTest {
  private static final Percentage TOLERANCE = Percentage.withPercentage(1e-7);
  private static final Offset<Double> QUANTILE = within(1e-6);
  private static final int SCORES = 5;

  private static final JsonNode GOLDEN = read();

  private static JsonNode read() {
    try (var in =
        StudyStatisticsGoldenTest.class.getResourceAsStream("/goldens/study/study.json")) {
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

  private static long[] counts(double[] scores) {
    long[] counts = new long[SCORES];
    for (double score : scores) {
      counts[(int) score - 1]++;
    }
    return counts;
  }

  private static List<int[]> things(JsonNode ratings) {
    List<int[]> things = new ArrayList<>();
    for (int thing = 0; thing < ratings.get(0).size(); thing++) {
      int[] counts = new int[SCORES];
      for (JsonNode rater : ratings) {
        if (rater.get(thing).asInt() > 0) {
          counts[rater.get(thing).asInt() - 1]++;
        }
      }
      things.add(counts);
    }
    return things;
  }

  @Test
  void mann_whitneys_u_and_p_equal_scipy_with_ties_and_without() {
    for (JsonNode one : GOLDEN.get("mannWhitney")) {
      double[] first = doubles(one.get("first"));
      double[] second = doubles(one.get("second"));
      MannWhitney found = MannWhitney.of(first, second);
      assertThat(found.u()).isCloseTo(one.get("u").asDouble(), TOLERANCE);
      assertThat(found.p()).isCloseTo(one.get("p").asDouble(), TOLERANCE);
      assertThat(RankBiserial.of(first, second))
          .isCloseTo(one.get("rankBiserial").asDouble(), TOLERANCE);
      first[0] = first[0] + 1.5;
      assertThat(MannWhitney.of(first, second).p())
          .isNotCloseTo(one.get("p").asDouble(), TOLERANCE);
    }
  }

  @Test
  void the_effect_of_counted_scores_is_that_of_single_ones() {
    for (int set = 0; set < 3; set++) {
      JsonNode one = GOLDEN.get("mannWhitney").get(set);
      double[] first = doubles(one.get("first"));
      double[] second = doubles(one.get("second"));
      double expected = one.get("rankBiserial").asDouble();
      assertThat(RankBiserial.ofCounts(counts(first), counts(second)))
          .isCloseTo(expected, TOLERANCE);
      assertThat(RankBiserial.ofCounts(counts(second), counts(first)))
          .isCloseTo(-expected, TOLERANCE);
    }
    assertThat(RankBiserial.ofCounts(new long[SCORES], new long[] {1, 0, 0, 0, 0})).isNaN();
  }

  @Test
  void signed_ranks_equal_scipy_exact_and_with_ties_and_zeros() {
    for (JsonNode one : GOLDEN.get("signedRank")) {
      double[] differences = doubles(one.get("differences"));
      SignedRank found = SignedRank.of(differences);
      assertThat(found.pairs()).isEqualTo(one.get("pairs").asInt());
      assertThat(found.p()).isCloseTo(one.get("p").asDouble(), TOLERANCE);
      differences[0] = -3 * differences[0];
      assertThat(SignedRank.of(differences).p()).isNotCloseTo(one.get("p").asDouble(), TOLERANCE);
    }
  }

  @Test
  void shares_of_choices_have_scipys_exact_intervals() {
    for (JsonNode one : GOLDEN.get("binomial")) {
      ExactBinomial found = ExactBinomial.of(one.get("chosen").asInt(), one.get("choices").asInt());
      assertThat(found.p()).isCloseTo(one.get("p").asDouble(), TOLERANCE);
      assertThat(found.share().low()).isCloseTo(one.get("low").asDouble(), QUANTILE);
      assertThat(found.share().high()).isCloseTo(one.get("high").asDouble(), QUANTILE);
    }
    assertThat(ExactBinomial.of(17, 24).p())
        .isNotCloseTo(GOLDEN.at("/binomial/0/p").asDouble(), TOLERANCE);
  }

  @Test
  void agreement_equals_krippendorffs_published_example_and_the_package() {
    for (JsonNode one : GOLDEN.get("alpha")) {
      List<int[]> things = things(one.get("ratings"));
      double expected = one.get("alpha").asDouble();
      assertThat(KrippendorffAlpha.ordinal(things)).isCloseTo(expected, TOLERANCE);
      things.get(0)[0]++;
      assertThat(KrippendorffAlpha.ordinal(things)).isNotCloseTo(expected, TOLERANCE);
    }
    assertThat(GOLDEN.at("/alpha/0/alpha").asDouble()).isCloseTo(0.815, within(5e-4));
  }

  @Test
  void what_does_not_differ_is_no_difference_and_no_fault() {
    double[] same = {3, 3, 3};
    assertThat(MannWhitney.of(same, new double[] {3, 3}).p()).isEqualTo(1);
    assertThat(MannWhitney.of(same, new double[] {3, 3}).u()).isEqualTo(3);
    assertThat(SignedRank.of(new double[] {0, 0}).p()).isEqualTo(1);
    assertThat(ExactBinomial.of(0, 0).p()).isEqualTo(1);
    assertThat(ExactBinomial.of(0, 0).share().value()).isNaN();
    assertThat(KrippendorffAlpha.ordinal(List.of(new int[] {0, 3, 0}))).isNaN();
    assertThat(KrippendorffAlpha.ordinal(List.of())).isNaN();
  }
}
