package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentCacheTest {
  @TempDir Path folder;

  @Test
  void clips_come_back_by_number_across_shards() {
    // Eleven shards: the order is that of numbers.
    for (int shard = 0; shard < 11; shard++) {
      write(shard, 2, 2 * shard);
    }
    try (LatentCache cache = LatentCache.open(folder);
        TensorScope scope = TensorScope.open()) {
      assertThat(cache.size()).isEqualTo(22);
      Tensor video = cache.video(new long[] {21, 0, 5, 5});
      assertThat(video.shape()).containsExactly(4, 3, 2, 2, 1);
      assertThat(video.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(Tensors.toFloats(video.select(1, 0).select(1, 0).select(1, 0).select(1, 0)))
          .containsExactly(21, 0, 5, 5);
      Tensor audio = cache.audio(new long[] {7});
      assertThat(audio.shape()).containsExactly(1, 4, 2);
      assertThat(Tensors.toFloats(audio)).containsOnly(-7f);
    }
  }

  @Test
  void features_come_back_with_their_clips_where_there_are_some() {
    try (TensorScope scope = TensorScope.open()) {
      for (int shard = 0; shard < 2; shard++) {
        LatentCache.writeShard(
            folder,
            shard,
            Map.of(
                LatentPart.VIDEO,
                Tensors.of(new float[24], 2, 3, 2, 2, 1),
                LatentPart.AUDIO,
                Tensors.of(new float[16], 2, 4, 2),
                LatentPart.FEATURES,
                Tensors.of(new float[] {shard, shard, shard + 0.5f, shard + 0.5f}, 2, 1, 2)),
            Map.of());
      }
      try (LatentCache cache = LatentCache.open(folder)) {
        assertThat(cache.has(LatentPart.FEATURES)).isTrue();
        Tensor features = cache.get(LatentPart.FEATURES, new long[] {3, 0});
        assertThat(features.shape()).containsExactly(2, 1, 2);
        assertThat(Tensors.toFloats(features)).containsExactly(1.5f, 1.5f, 0, 0);
      }
      LatentCache.writeShard(
          folder,
          1,
          Tensors.of(new float[24], 2, 3, 2, 2, 1),
          Tensors.of(new float[16], 2, 4, 2),
          Map.of());
      refused(folder, "some shards have features and some have not");
    }
    write(0, 2, 0);
    try (LatentCache cache = LatentCache.open(folder)) {
      assertThat(cache.has(LatentPart.FEATURES)).isFalse();
      assertThatThrownBy(() -> cache.get(LatentPart.FEATURES, new long[] {0}))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("kinetone prepare --cavp");
    }
  }

  @Test
  void mel_latents_need_no_pictures_and_no_waveforms() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor mel = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2, 1, 1);
      LatentCache.writeShard(folder, 0, Map.of(LatentPart.MEL, mel), Map.of());
      try (LatentCache cache = LatentCache.open(folder)) {
        assertThat(cache.size()).isEqualTo(2);
        assertThat(Tensors.toFloats(cache.get(LatentPart.MEL, new long[] {1})))
            .containsExactly(3, 4);
        assertThatThrownBy(() -> cache.video(new long[] {0}))
            .isInstanceOf(KinetoneException.class)
            .hasMessageContaining("have no video; make them with 'kinetone prepare --video-codec'");
      }
      write(1, 2, 0);
      refused(folder, "some shards have video and some have not");
    }
  }

  @Test
  void closing_gives_the_memory_back() {
    write(0, 2, 0);
    LatentCache.open(folder).close();
    long before = Pointer.totalCount();
    for (int i = 0; i < 3; i++) {
      LatentCache.open(folder).close();
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void what_is_not_there_or_not_a_shard_is_named() throws IOException {
    refused(folder.resolve("missing"), "kinetone prepare");
    refused(folder, "no latent shards");
    try (TensorScope scope = TensorScope.open()) {
      SafeTensors.write(
          LatentCache.shard(folder, 0), Map.of("x", Tensors.of(new float[1], 1)), Map.of());
    }
    refused(folder, "is not a latent shard");
    Files.writeString(LatentCache.shard(folder, 0), "words");
    refused(folder, "shard-00000.safetensors");
  }

  @Test
  void shards_that_do_not_belong_together_are_named() {
    write(0, 2, 0);
    try (TensorScope scope = TensorScope.open()) {
      LatentCache.writeShard(
          folder, 1, Tensors.of(new float[6], 2, 3), Tensors.of(new float[16], 2, 4, 2), Map.of());
      refused(folder, "shard-00001.safetensors has 'video' of shape [2, 3]");
      LatentCache.writeShard(
          folder,
          1,
          Tensors.of(new float[24], 2, 3, 2, 2, 1),
          Tensors.of(new float[8], 1, 4, 2),
          Map.of());
      refused(folder, "'video' of 2 clips but 'audio' of 1");
    }
  }

  private static void refused(Path folder, String message) {
    assertThatThrownBy(() -> LatentCache.open(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }

  private void write(int shard, int clips, int first) {
    float[] video = new float[clips * 12];
    float[] audio = new float[clips * 8];
    for (int i = 0; i < clips; i++) {
      java.util.Arrays.fill(video, i * 12, (i + 1) * 12, first + i);
      java.util.Arrays.fill(audio, i * 8, (i + 1) * 8, -first - i);
    }
    try (TensorScope scope = TensorScope.open()) {
      LatentCache.writeShard(
          folder,
          shard,
          Tensors.of(video, clips, 3, 2, 2, 1),
          Tensors.of(audio, clips, 4, 2),
          Map.of());
    }
  }
}
