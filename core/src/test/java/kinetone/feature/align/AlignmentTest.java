package kinetone.feature.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  private static final int FRAMES = 12;
  private static final int STEPS = 30;
  private static final AlignmentPairs.Config PAIRS = new AlignmentPairs.Config(8, 2, 2);

  /** Element = clip · 100 + frame, in both modalities. */
  private static Tensor numbered(int clips, int perFrame) {
    float[] values = new float[clips * FRAMES * perFrame];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / (FRAMES * perFrame) * 100 + i % (FRAMES * perFrame) / perFrame;
    }
    return Tensors.of(values, clips, (long) FRAMES * perFrame, 1);
  }

  @Test
  void half_of_the_pairs_are_true_a_quarter_is_shifted_and_a_quarter_is_of_another_clip() {
    int[] counts = new int[3];
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor latents = numbered(400, 2).unsqueeze(2);
      AlignmentPairs pairs = AlignmentPairs.draw(latents, numbered(400, 1), PAIRS, rng);
      assertThat(pairs.latent().shape()).containsExactly(400, 16, 1, 1);
      assertThat(pairs.features().shape()).containsExactly(400, 8, 1);
      float[] heard = Tensors.toFloats(pairs.latent().select(1, 0));
      float[] seen = Tensors.toFloats(pairs.features().select(1, 0));
      float[] labels = Tensors.toFloats(pairs.labels());
      for (int i = 0; i < 400; i++) {
        int shift = Math.abs((int) heard[i] % 100 - (int) seen[i] % 100);
        boolean same = (int) heard[i] / 100 == (int) seen[i] / 100;
        assertThat((int) seen[i] / 100).isEqualTo(i);
        assertThat(labels[i]).isEqualTo(same && shift == 0 ? 1 : 0);
        assertThat(same ? shift : 0).isNotEqualTo(1);
        assertThat(same ? 0 : shift).as("another clip at the same time").isZero();
        counts[same ? shift == 0 ? 0 : 1 : 2]++;
      }
    }
    assertThat(counts[0]).isBetween(160, 240);
    assertThat(counts[1]).isBetween(70, 130);
    assertThat(counts[2]).isBetween(70, 130);
  }

  @Test
  void pairs_that_do_not_fit_the_clips_are_an_error() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Tensor latents = numbered(2, 2).unsqueeze(2);
      Tensor features = numbered(2, 1);
      assertThatThrownBy(
              () ->
                  AlignmentPairs.draw(latents, features, new AlignmentPairs.Config(11, 2, 2), rng))
          .hasMessageContaining("no room for a shift of 2");
      assertThatThrownBy(
              () -> AlignmentPairs.draw(latents, features, new AlignmentPairs.Config(8, 2, 3), rng))
          .hasMessageContaining("do not fit clips of 12 and 24");
      assertThatThrownBy(() -> AlignmentPairs.draw(latents.narrow(0, 0, 1), features, PAIRS, rng))
          .hasMessageContaining("at least 2 clips");
    }
  }

  /**
   * Two kinds of picture and two kinds of sound: labels say whether they are of a kind, or nothing.
   */
  @Test
  void training_tells_what_belongs_together_and_nothing_where_labels_mean_nothing() {
    assertThat(train(false)).as("of a kind").isLessThan(0.5 * Math.log(2));
    assertThat(train(true)).as("labels at random").isGreaterThan(0.9 * Math.log(2));
  }

  private static double train(boolean strange) {
    AlignmentConfig config = new AlignmentConfig(2, 8, List.of(1), List.of(true), 2, 2, 2, 8, 2);
    return train(
        config,
        STEPS,
        rng -> {
          Tensor seen = rng.uniform(32).round();
          Tensor label = rng.uniform(32).round();
          Tensor heard = label.sub(seen).abs().neg().add(new Scalar(1.0)); // seen where label
          Tensor said = strange ? rng.uniform(32).round() : label;
          return new AlignmentPairs(
              oneOfTwo(heard).view(32, 1, 1, 2).expand(32, 2, 2, 2),
              oneOfTwo(seen).view(32, 1, 2).expand(32, 2, 2),
              said);
        });
  }

  /** The mean loss of the last ten steps. */
  private static double train(
      AlignmentConfig config, int steps, Function<Rng, AlignmentPairs> drawn) {
    AlignmentClassifier net = new AlignmentClassifier(config, new Rng(1));
    double last = 0;
    AdamWOptions options = new AdamWOptions(1e-2);
    options.weight_decay().put(0.0);
    AdamW optimizer = new AdamW(net.parameters(), options);
    try (Rng rng = new Rng(2)) {
      for (int step = 0; step < steps; step++) {
        try (TensorScope scope = TensorScope.open()) {
          AlignmentPairs pairs = drawn.apply(rng);
          net.zero_grad(true);
          AlignmentObjective.Value value = AlignmentObjective.of(net, pairs, torch.zeros(32));
          Differentiation.backward(value.total());
          optimizer.step();
          last += step >= steps - 10 ? value.total().item_float() / 10 : 0;
        }
      }
    }
    return last;
  }

  /** One event in eight places of both: labels say whether it is in the same place. */
  @Test
  void fused_features_tell_time_where_attention_is_still_guessing() {
    assertThat(trainOnTime(true)).isLessThan(0.6 * Math.log(2));
    assertThat(trainOnTime(false)).isGreaterThan(0.9 * Math.log(2));
  }

  private static double trainOnTime(boolean fuse) {
    AlignmentConfig config =
        new AlignmentConfig(1, 8, List.of(1), List.of(true), 2, 2, 2, 8, 8, true, fuse, null);
    return train(
        config,
        3 * STEPS,
        rng -> {
          Tensor place = rng.integers(0, 8, 32);
          Tensor label = rng.uniform(32).round();
          Tensor late = rng.integers(1, 8, 32).mul(label.lt(new Scalar(0.5)));
          Tensor elsewhere = place.add(late).remainder(new Scalar(8L));
          Tensor heard = torch.one_hot(place, 8).to(ScalarType.Float);
          Tensor seen = torch.one_hot(elsewhere, 8).to(ScalarType.Float).unsqueeze(2);
          return new AlignmentPairs(
              heard.view(32, 8, 1, 1).expand(32, 8, 4, 1).reshape(32, 16, 2, 1),
              torch.cat(new TensorVector(seen, seen.neg().add(new Scalar(1.0))), 2),
              label);
        });
  }

  @Test
  void early_sound_is_cut_from_later_and_is_not_true() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latents = numbered(2, 2).unsqueeze(2);
      Tensor features = numbered(2, 1);
      AlignmentPairs early = AlignmentPairs.early(latents, features, PAIRS, 3);
      assertThat(Tensors.toFloats(early.latent().select(1, 0))).containsExactly(3, 103);
      assertThat(Tensors.toFloats(early.features().select(1, 0))).containsExactly(0, 100);
      assertThat(Tensors.toFloats(early.labels())).containsOnly(0);
      assertThat(Tensors.toFloats(AlignmentPairs.aligned(latents, features, PAIRS).labels()))
          .containsOnly(1);
      assertThatThrownBy(() -> AlignmentPairs.early(latents, features, PAIRS, 5))
          .hasMessageContaining("frames = 5");
    }
  }

  /** (B) of 0 and 1 to (B, 2) with a 1 at one of two places. */
  private static Tensor oneOfTwo(Tensor kind) {
    return torch.stack(new TensorVector(kind, kind.neg().add(new Scalar(1.0))), 1);
  }

  @Test
  void small_network_takes_latents_of_any_length() {
    AlignmentClassifier net = new AlignmentClassifier(AlignmentConfig.SMALL, new Rng(1));
    assertThat(StateDict.parameterCount(net)).isLessThan(1_000_000);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor logits = net.forward(rng.normal(2, 25, 16, 8), rng.normal(2, 12, 128), torch.zeros(2));
      assertThat(logits.shape()).containsExactly(2);
      // Starts undecided, as the reference.
      assertThat(Tensors.toFloats(logits)).containsOnly(0f);
      assertThatThrownBy(
              () -> net.forward(rng.normal(2, 25, 16, 8), rng.normal(2, 18, 128), torch.zeros(2)))
          .hasMessageContaining("up to 17");
    }
  }

  @Test
  void a_classifier_takes_nothing_but_the_shape_it_was_trained_on() {
    AlignmentConfig config =
        new AlignmentConfig(2, 8, List.of(1), List.of(true), 2, 2, 3, 8, 9)
            .trainedOn(PAIRS.shape());
    AlignmentClassifier net = new AlignmentClassifier(config, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      assertThat(net.forward(rng.normal(1, 16, 4, 2), rng.normal(1, 8, 3), torch.zeros(1)).size(0))
          .isEqualTo(1);
      for (int[] other : new int[][] {{9, 16}, {7, 16}, {8, 18}, {8, 14}}) {
        assertThatThrownBy(
                () ->
                    net.forward(
                        rng.normal(1, other[1], 4, 2), rng.normal(1, other[0], 3), torch.zeros(1)))
            .hasMessageContaining("%d frames with %d sound latents".formatted(other[0], other[1]))
            .hasMessageContaining("trained on 8 frames with 16 sound latents");
      }
    }
    assertThatThrownBy(() -> config.trainedOn(new AlignmentConfig.Shape(10, 20)))
        .hasMessageContaining("trained.frames = 10");
  }
}
