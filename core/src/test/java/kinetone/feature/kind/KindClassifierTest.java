package kinetone.feature.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.mel.MelFilterBank;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindClassifierTest {
  private static final List<String> KINDS = List.of("one", "two", "three");

  private static final KindConfig PICTURES =
      new KindConfig(KINDS, new KindConfig.Pictures(16, 3), List.of(4, 8), 4, 5);

  private static final KindConfig SOUND =
      new KindConfig(
          KINDS,
          new KindConfig.Sound(
              new MelFrontEndConfig(
                  WaveformNormalisation.NONE,
                  new MelSpectrogramConfig(
                      StftConfig.of(128, 64), MelFilterBank.slaney(8000, 128, 10), 1),
                  0,
                  LogCompression.NATURAL,
                  MelFrontEndConfig.Ending.ALL_FRAMES)),
          List.of(4, 8),
          4,
          5);

  @TempDir Path folder;

  @Test
  void clips_of_all_lengths_and_sizes_are_judged_each_for_itself() {
    try (Rng rng = new Rng(1);
        KindClassifier pictures = new KindClassifier(PICTURES, rng);
        KindClassifier sound = new KindClassifier(SOUND, rng);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (long frames : new long[] {1, 2, 17}) {
        requireJudgedAlone(pictures, rng.uniform(2, frames, 16, 16, 3));
        requireJudgedAlone(pictures, rng.uniform(2, frames, 32, 48, 3));
        requireJudgedAlone(sound, rng.normal(2, 1 + 8 * frames, 10));
      }
    }
  }

  private static void requireJudgedAlone(KindClassifier classifier, Tensor clips) {
    KindClassifier.Verdict both = classifier.forward(clips);
    assertThat(both.logits().shape()).containsExactly(2, 3);
    assertThat(both.features().shape()).containsExactly(2, 5);
    float[] alone = Tensors.toFloats(classifier.forward(clips.narrow(0, 1, 1)).logits());
    assertThat(Tensors.toFloats(both.logits().get(1))).containsExactly(alone, within(1e-4f));
    float[] other = Tensors.toFloats(both.logits().get(0));
    assertThat(other[0]).isNotCloseTo(alone[0], within(1e-5f));
  }

  @Test
  void pictures_are_seen_at_even_times_from_the_first_to_the_last() {
    assertThat(KindClassifier.evenly(17, 6)).containsExactly(0, 3, 6, 10, 13, 16);
    assertThat(KindClassifier.evenly(16, 4)).containsExactly(0, 5, 10, 15);
    assertThat(KindClassifier.evenly(1, 2)).containsExactly(0, 0);
    assertThat(KindClassifier.evenly(9, 1)).containsExactly(4);
  }

  @Test
  void a_larger_picture_of_the_same_is_judged_alike() {
    try (Rng rng = new Rng(2);
        KindClassifier classifier = new KindClassifier(PICTURES, rng);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor small = rng.uniform(1, 3, 16, 16, 3);
      Tensor large = small.repeat_interleave(2, new LongOptional(2), new LongOptional());
      large = large.repeat_interleave(2, new LongOptional(3), new LongOptional());
      assertThat(Tensors.toFloats(classifier.forward(large).logits()))
          .containsExactly(Tensors.toFloats(classifier.forward(small).logits()), within(1e-4f));
    }
  }

  @Test
  void a_classifier_comes_back_from_its_folder() {
    for (KindConfig config : List.of(PICTURES, SOUND)) {
      Path at = folder.resolve(config.input().getClass().getSimpleName());
      try (Rng rng = new Rng(3);
          KindClassifier made = new KindClassifier(config, rng)) {
        KindClassifier.FOLDER.save(at, made, ScalarType.Float);
        try (KindClassifier read = KindClassifier.FOLDER.load(at);
            TensorScope scope = TensorScope.open();
            NoGradGuard noGrad = new NoGradGuard()) {
          assertThat(read.config()).isEqualTo(config);
          Tensor clip = config.equals(SOUND) ? rng.normal(1, 20, 10) : rng.uniform(1, 4, 16, 16, 3);
          assertThat(Tensors.toFloats(read.forward(clip).logits()))
              .containsExactly(Tensors.toFloats(made.forward(clip).logits()));
        }
      }
    }
  }

  @Test
  void folders_that_say_something_else_are_refused() throws IOException {
    try (Rng rng = new Rng(4);
        KindClassifier made = new KindClassifier(PICTURES, rng)) {
      KindClassifier.FOLDER.save(folder, made, ScalarType.Half);
    }
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"features\" : 5", "\"features\" : 6"));
    assertThatThrownBy(() -> KindClassifier.FOLDER.load(folder))
        .isInstanceOf(KinetoneException.class);
    Files.writeString(config, text.replace("\"pictures\"", "\"smell\""));
    assertThatThrownBy(() -> KindClassifier.FOLDER.load(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageNotContaining("kinetone.feature");
    Files.writeString(config, text.replace("\"two\"", "\"one\""));
    assertThatThrownBy(() -> KindClassifier.FOLDER.load(folder))
        .hasMessageContaining("one is there twice");
  }

  @Test
  void inputs_of_another_shape_are_refused() {
    try (Rng rng = new Rng(5);
        KindClassifier classifier = new KindClassifier(SOUND, rng);
        TensorScope scope = TensorScope.open()) {
      assertThatThrownBy(() -> classifier.forward(rng.normal(1, 20, 9)))
          .hasMessageContaining("log-mel spectrogram has shape [1, 20, 9]");
    }
  }

  @Test
  void augmentation_blurs_and_adds_noise_within_its_bounds_and_the_same_for_a_seed() {
    KindAugmentation strong = new KindAugmentation(0.2, 0.4, 0.05, 0, 0);
    try (TensorScope scope = TensorScope.open();
        Rng draws = new Rng(6);
        Rng first = new Rng(7);
        Rng second = new Rng(7)) {
      Tensor pictures = draws.uniform(2, 3, 16, 16, 3);
      Tensor made = strong.pictures(pictures, first);
      assertThat(made.shape()).containsExactly(pictures.shape());
      assertThat(made.min().item_float()).isGreaterThanOrEqualTo(0);
      assertThat(made.max().item_float()).isLessThanOrEqualTo(1);
      assertThat(Tensors.toFloats(made))
          .containsExactly(Tensors.toFloats(strong.pictures(pictures, second)));
      Tensor same = KindAugmentation.NONE.pictures(pictures, first);
      assertThat(Tensors.toFloats(same)).containsExactly(Tensors.toFloats(pictures));
      Tensor mel = draws.uniform(2, 40, 10);
      KindAugmentation blur = new KindAugmentation(0, 0.1, 0, 0, 0);
      assertThat(blur.spectrograms(mel, first).std().item_float())
          .isLessThan(mel.std().item_float());
      Tensor sound = draws.uniform(2, 400).sub(new Scalar(0.5));
      double louder =
          new KindAugmentation(1, 1, 0, 0, 0).sound(sound, first).std().item_float()
              / sound.std().item_float();
      assertThat(louder).isBetween(0.5, 2.0).isNotCloseTo(1, within(1e-3));
    }
  }

  @Test
  void spectrograms_are_coloured_smoothly_and_each_in_its_own_way_or_speckled() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(8)) {
      Tensor mel = rng.uniform(2, 12, 30);
      Tensor colour = new KindAugmentation(0, 1, 0, 0.5, 0).spectrograms(mel, rng).sub(mel);
      float[] first = Tensors.toFloats(colour.get(0).get(0));
      assertThat(Tensors.toFloats(colour.get(0).get(7))).containsExactly(first, within(1e-5f));
      assertThat(Tensors.toFloats(colour.get(1).get(0))[0]).isNotCloseTo(first[0], within(1e-4f));
      double steepest = 0;
      for (int i = 1; i < first.length; i++) {
        steepest = Math.max(steepest, Math.abs(first[i] - first[i - 1]));
      }
      assertThat(steepest).isPositive().isLessThan(colour.std().item_float());
      Tensor speckle = new KindAugmentation(0, 1, 0, 0, 0.5).spectrograms(mel, rng).sub(mel);
      assertThat(speckle.std().item_float()).isBetween(0.001f, 0.55f);
      assertThat(Math.abs(speckle.mean().item_float())).isLessThan(0.1f);
    }
  }
}
