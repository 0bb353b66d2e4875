package kinetone.feature.cavp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CavpTest {
  private static final int FRAMES = 6;
  private static final int RATE = 4;
  private static final int STEPS = 80;

  private static final CavpConfig TINY =
      new CavpConfig(
          16,
          8,
          8,
          new ResNet3dConfig(4, List.of(1, 1), List.of(true, true), 1, 3, false),
          new Cnn14Config(
              8, List.of(new Cnn14Config.Level(8, 2, 2), new Cnn14Config.Level(8, 2, 2)), 0.2));

  @TempDir Path folder;

  @Test
  void small_network_gives_a_feature_per_frame_and_stays_within_its_budget() {
    CavpConfig config = CavpPresets.SMALL;
    assertThat(config.videoParameterCount()).isLessThanOrEqualTo(700_000);
    Cavp cavp = new Cavp(config, new Rng(1));
    assertThat(StateDict.parameterCount(cavp)).isEqualTo(config.parameterCount());
    cavp.eval();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor video = cavp.encodeVideo(rng.uniform(1, 17, 64, 64, 3));
      assertThat(video.shape()).containsExactly(1, 17, 128);
      Tensor lengths = video.square().sum(-1);
      assertThat(lengths.sub(new Scalar(1.0)).abs().max().item_float()).isLessThan(1e-4f);
      assertThat(cavp.encodeSound(rng.uniform(1, 136, 64)).shape()).containsExactly(1, 17, 128);
    }
  }

  /** Time is not pooled: only frames within reach of the kernels notice a change. */
  @Test
  void a_change_of_one_frame_stays_near_it() {
    Cavp cavp = new Cavp(TINY, new Rng(1));
    cavp.eval();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      awaken(cavp);
      Tensor pictures = rng.uniform(1, 9, 16, 16, 3);
      Tensor before = cavp.encodeVideo(pictures);
      Tensor changed = pictures.clone();
      changed.select(1, 4).add_(new Scalar(0.5));
      float[] difference =
          Tensors.toFloats(cavp.encodeVideo(changed).sub(before).abs().sum(2).flatten());
      for (int frame = 0; frame < 9; frame++) {
        // Two blocks of three frames see two frames to each side.
        if (Math.abs(frame - 4) > 2) {
          assertThat(difference[frame]).as("frame %d", frame).isZero();
        } else {
          assertThat(difference[frame]).as("frame %d", frame).isGreaterThan(1e-4f);
        }
      }
    }
  }

  /** The last normalisation of each block starts at zero and would hide the kernels in time. */
  private static void awaken(Cavp cavp) {
    StateDict.parameters(cavp)
        .forEach(
            (name, parameter) -> {
              if (name.endsWith("conv3.bn.weight")) {
                parameter.fill_(new Scalar(1.0));
              }
            });
  }

  @Test
  void segments_keep_their_distance_and_use_the_whole_clip() {
    SegmentConfig config = new SegmentConfig(3, 8, 3);
    try (Rng rng = new Rng(1)) {
      int[][] starts = config.draw(200, 17, rng);
      int last = 0;
      for (int[] clip : starts) {
        assertThat(clip[1] - clip[0]).isGreaterThanOrEqualTo(3);
        assertThat(clip[2] - clip[1]).isGreaterThanOrEqualTo(3);
        assertThat(clip[0]).isBetween(0, 3);
        last = Math.max(last, clip[2]);
      }
      assertThat(last).isEqualTo(9);
      assertThatThrownBy(() -> config.draw(1, 13, rng)).hasMessageContaining("14 frames");
    }
  }

  /**
   * Clips in which a brightness at each moment is a band of the sound. Chance is ln 3 for three
   * stretches of a clip and ln 12 for twelve of the batch.
   */
  @Test
  void training_finds_the_sound_of_a_picture_and_nothing_where_sound_is_strange() {
    double[] matched = train(false);
    double[] strange = train(true);
    assertThat(matched[0]).as("semantic").isLessThan(0.75 * Math.log(12));
    assertThat(matched[1]).as("temporal").isLessThan(0.75 * Math.log(3));
    assertThat(strange[0]).as("semantic, unmatched").isGreaterThan(0.9 * Math.log(12));
    assertThat(strange[1]).as("temporal, unmatched").isGreaterThan(0.9 * Math.log(3));
  }

  private static double[] train(boolean strange) {
    Cavp cavp = new Cavp(TINY, new Rng(1));
    cavp.train(true);
    ContrastiveObjective objective = new ContrastiveObjective(new SegmentConfig(3, 2, 2), 1);
    double semantic = 0;
    double temporal = 0;
    AdamWOptions options = new AdamWOptions(1e-2);
    options.weight_decay().put(0.0);
    AdamW optimizer = new AdamW(cavp.parameters(), options);
    try (Rng rng = new Rng(2)) {
      for (int step = 0; step < STEPS; step++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor levels = rng.uniform(4, FRAMES);
          Tensor heard = strange ? rng.uniform(4, FRAMES) : levels;
          cavp.zero_grad(true);
          ContrastiveObjective.Value value = objective.of(cavp, pictures(levels), mel(heard), rng);
          Differentiation.backward(value.total());
          optimizer.step();
          if (step >= STEPS - 10) {
            semantic += value.parts().get("semantic").item_float() / 10;
            temporal += value.parts().get("temporal").item_float() / 10;
          }
        }
      }
    }
    return new double[] {semantic, temporal};
  }

  private static Tensor pictures(Tensor levels) {
    return levels.view(4, FRAMES, 1, 1, 1).expand(4, FRAMES, 16, 16, 3).contiguous();
  }

  /** A bump whose band follows the level. */
  private static Tensor mel(Tensor levels) {
    Tensor centre = levels.mul(new Scalar(7.0)).unsqueeze(-1);
    Tensor bands = torch.arange(new Scalar(8.0));
    return bands
        .sub(centre)
        .square()
        .neg()
        .exp()
        .unsqueeze(2)
        .expand(4, FRAMES, RATE, 8)
        .reshape(4, (long) FRAMES * RATE, 8);
  }

  @Test
  void dropout_needs_a_generator_and_evaluation_drops_nothing() {
    Cavp cavp = new Cavp(TINY, new Rng(1));
    cavp.eval();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor mel = rng.uniform(1, 24, 8);
      Tensor plain = cavp.projectSound(mel, Optional.empty());
      assertThat(torch.equal(plain, cavp.projectSound(mel, Optional.empty()))).isTrue();
      assertThat(torch.equal(plain, cavp.projectSound(mel, Optional.of(rng)))).isFalse();
    }
  }

  @Test
  void sound_of_another_length_than_the_pictures_is_an_error() {
    Cavp cavp = new Cavp(TINY, new Rng(1));
    ContrastiveObjective objective = new ContrastiveObjective(new SegmentConfig(2, 2, 2), 1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      assertThatThrownBy(
              () -> objective.of(cavp, rng.uniform(1, 6, 16, 16, 3), rng.uniform(1, 25, 8), rng))
          .hasMessageContaining("25 frames for 6 pictures");
    }
  }

  @Test
  void the_network_for_pictures_alone_gives_the_same_bits_and_refuses_sound() throws IOException {
    Cavp whole = new Cavp(TINY, new Rng(1));
    whole.eval();
    Path half = folder.resolve("pictures");
    Cavp.FOLDER.save(folder.resolve("whole"), whole, ScalarType.Float);
    whole.savePictures(half, ScalarType.Float);
    assertThat(Files.readString(half.resolve("config.json"))).doesNotContain("sound");
    Cavp read = Cavp.FOLDER.load(half);
    assertThat(read.config()).isEqualTo(TINY.picturesOnly());
    assertThat(StateDict.parameterCount(read))
        .isEqualTo(read.config().parameterCount())
        .isEqualTo(TINY.videoParameterCount())
        .isLessThan(TINY.parameterCount());
    Cavp stranger = new Cavp(TINY.picturesOnly(), new Rng(2));
    stranger.eval();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      Tensor pictures = rng.uniform(1, 3, 16, 16, 3);
      Tensor expected = whole.encodeVideo(pictures);
      assertThat(torch.equal(read.encodeVideo(pictures), expected)).isTrue();
      assertThat(torch.equal(stranger.encodeVideo(pictures), expected)).isFalse();
      Tensor mel = rng.uniform(1, 12, 8);
      ContrastiveObjective objective = new ContrastiveObjective(new SegmentConfig(1, 2, 1), 1);
      for (ThrowingCallable hears :
          List.<ThrowingCallable>of(
              () -> read.encodeSound(mel), () -> objective.of(read, pictures, mel, rng))) {
        assertThatThrownBy(hears)
            .isInstanceOf(KinetoneException.class)
            .hasMessageStartingWith("this CAVP has no network for sound")
            .message()
            .hasLineCount(1);
      }
    }
    read.savePictures(folder.resolve("again"), ScalarType.Float);
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(half.resolve("model.safetensors"));
  }

  @Test
  void weights_of_the_whole_network_do_not_pass_for_those_of_pictures() {
    Cavp whole = new Cavp(TINY, new Rng(1));
    ComponentFolder.write(
        folder, Cavp.FOLDER.type(), TINY.picturesOnly(), StateDict.of(whole), ScalarType.Float);
    assertThatThrownBy(() -> Cavp.FOLDER.load(folder)).hasMessageContaining("unexpected ");
  }

  @Test
  void a_network_comes_back_from_its_folder_with_its_running_statistics() {
    Cavp cavp = new Cavp(TINY, new Rng(1));
    cavp.train(true);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      cavp.encodeVideo(rng.uniform(2, 3, 16, 16, 3));
      cavp.eval();
    }
    Cavp.FOLDER.save(folder, cavp, ScalarType.Float);
    Cavp read = Cavp.FOLDER.load(folder);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      Tensor pictures = rng.uniform(1, 3, 16, 16, 3);
      assertThat(read.config()).isEqualTo(TINY);
      assertThat(torch.equal(read.encodeVideo(pictures), cavp.encodeVideo(pictures))).isTrue();
      Tensor batches = StateDict.of(read).get("video_encoder.conv1.bn.num_batches_tracked");
      assertThat(batches.item_long()).isEqualTo(1);
    }
  }
}
