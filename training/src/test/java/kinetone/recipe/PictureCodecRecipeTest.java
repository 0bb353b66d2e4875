package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.codec.Codecs;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.LatentCodec;
import kinetone.codec.VideoCodec;
import kinetone.common.KinetoneException;
import kinetone.latent.LatentStatistics;
import kinetone.media.ClipFormat;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.signal.ClipTensors;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The codec of single pictures learns from frames of clips. */
class PictureCodecRecipeTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeRecipe() throws IOException {
    file =
        Files.writeString(
            folder.resolve("pictures.yaml"),
            """
            kind: picture-codec
            data: {source: scenes, seed: 1, count: 8}
            format: {width: 16, height: 16, frames: 3, framesPerSecond: 2.5, samples: 9600, sampleRate: 8000}
            model:
              signalChannels: 3
              patch: 2
              widths: [8, 16]
              blocks: 1
              midAttention: false
              groups: 4
              latentChannels: 3
              signalMean: 0
              signalDeviation: 0.5
              regularisation: {kind: NOISE, weight: 1.0e-3, deviation: 0.03}
            batch: 2
            loss: {l1: 1, l2: 1, gradient: 0.1}
            adversarial: {loss: HINGE, weight: 0.1, featureWeight: 1, fromStep: 2}
            trainer:
              steps: 30
              seed: 1
              optimizer: {learningRate: 3.0e-3}
              validateEvery: 15
              checkpoint: {everySteps: 15}
            """);
  }

  @Test
  void what_is_trained_codes_every_frame_by_itself_and_better_than_at_first() {
    Path early = train("early", "trainer.steps=1", "adversarial=null");
    Path late = train("late", "adversarial=null");
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      ClipFormat format = new ClipFormat(16, 16, 3, 2.5, 9600, 8000);
      Tensor clip =
          ClipTensors.video(List.of(new SceneGenerator(format, SceneMix.all(), 1).scene(0).clip()));
      assertThat(error(late, clip)).isLessThan(0.8 * error(early, clip));
      LatentCodec<VideoCodec> codec = Codecs.openVideo(late);
      assertThat(codec.codec()).isInstanceOf(FramewiseCodec.class);
      Tensor latents = codec.codec().encode(clip);
      assertThat(latents.shape()).containsExactly(1, 3, 4, 4, 3);
      Tensor alone = codec.codec().encode(clip.narrow(1, 2, 1));
      assertThat(alone.sub(latents.narrow(1, 2, 1)).abs().max().item_float()).isLessThan(1e-5f);
      LatentStatistics statistics = codec.statistics();
      assertThat(statistics.channels()).isEqualTo(3);
      assertThat(statistics.standardDeviation()).doesNotContain(1f);
    }
  }

  private static double error(Path component, Tensor clip) {
    VideoCodec codec = Codecs.openVideo(component).codec();
    Tensor back = codec.decode(codec.encode(clip), clip.size(1), Rng.none());
    return back.sub(clip).square().mean().item_float();
  }

  @Test
  void a_discriminator_of_clips_may_play_against_it() {
    assertThat(train("game", "trainer.steps=4").resolve("model.safetensors")).exists();
  }

  @Test
  void networks_of_spectrograms_and_pictures_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> RecipeFile.read(file, List.of("model.signalChannels=1")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("is none of pictures");
    assertThatThrownBy(() -> RecipeFile.read(file, List.of("format.width=18")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("format.width");
  }

  private Path train(String run, String... overrides) {
    return new TrainingRun(
            RecipeFile.read(file, List.of(overrides)), folder.resolve(run), Devices.of("cpu"))
        .train(event -> {})
        .orElseThrow();
  }
}
