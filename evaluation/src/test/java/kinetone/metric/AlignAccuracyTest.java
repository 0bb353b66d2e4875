package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AlignAccuracyTest {
  @Test
  void share_counts_clips_whose_probability_rounds_to_one() {
    AlignAccuracy accuracy = AlignAccuracy.of(0.9f, 0.51f, 0.5f, 0.1f);
    assertThat(accuracy).isEqualTo(new AlignAccuracy(2, 4));
    assertThat(accuracy.plus(AlignAccuracy.of(1f)).share()).isEqualTo(0.6);
    assertThat(AlignAccuracy.of(0f, 0.2f).share()).as("floor").isZero();
    assertThat(AlignAccuracy.NONE.share()).isNaN();
  }

  @Test
  void logits_are_not_probabilities() {
    assertThatThrownBy(() -> AlignAccuracy.of(2f)).hasMessageContaining("probability");
  }
}
