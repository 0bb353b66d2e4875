package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentCacheTest {
  private static final String VIDEO = LatentRoles.VIDEO;
  private static final String AUDIO = LatentRoles.AUDIO;
  private static final String FEATURES = LatentRoles.FEATURES;

  /** Bytes of one clip of a large cache. */
  private static final int ROW = 16 << 10;

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
      Tensor video = cache.get(VIDEO, new long[] {21, 0, 5, 5});
      assertThat(video.shape()).containsExactly(4, 3, 2, 2, 1);
      assertThat(video.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(Tensors.toFloats(video.select(1, 0).select(1, 0).select(1, 0).select(1, 0)))
          .containsExactly(21, 0, 5, 5);
      Tensor audio = cache.get(AUDIO, new long[] {7});
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
                VIDEO,
                Tensors.of(new float[24], 2, 3, 2, 2, 1),
                AUDIO,
                Tensors.of(new float[16], 2, 4, 2),
                FEATURES,
                Tensors.of(new float[] {shard, shard, shard + 0.5f, shard + 0.5f}, 2, 1, 2)),
            Map.of());
      }
      try (LatentCache cache = LatentCache.open(folder)) {
        assertThat(cache.roles()).contains(FEATURES);
        Tensor features = cache.get(FEATURES, new long[] {3, 0});
        assertThat(features.shape()).containsExactly(2, 1, 2);
        assertThat(Tensors.toFloats(features)).containsExactly(1.5f, 1.5f, 0, 0);
      }
      LatentCache.writeShard(
          folder,
          1,
          Map.of(
              VIDEO,
              Tensors.of(new float[24], 2, 3, 2, 2, 1),
              AUDIO,
              Tensors.of(new float[16], 2, 4, 2)),
          Map.of());
      refused(folder, "some shards have features and some have not");
    }
    write(0, 2, 0);
    try (LatentCache cache = LatentCache.open(folder)) {
      assertThat(cache.roles()).doesNotContain(FEATURES);
      assertThatThrownBy(() -> cache.get(FEATURES, new long[] {0}))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("have no features, only audio, video; prepare them again");
    }
  }

  @Test
  void latents_of_sound_need_no_pictures() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor sound = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2, 1, 1);
      LatentCache.writeShard(folder, 0, Map.of(AUDIO, sound), Map.of());
      try (LatentCache cache = LatentCache.open(folder)) {
        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.roles()).containsExactly(AUDIO);
        assertThat(cache.sizes(AUDIO)).containsExactly(2, 1, 1);
        assertThat(Tensors.toFloats(cache.get(AUDIO, new long[] {1}))).containsExactly(3, 4);
        assertThatThrownBy(() -> cache.get(VIDEO, new long[] {0}))
            .isInstanceOf(KinetoneException.class)
            .hasMessageContaining("have no video, only audio; prepare them again");
      }
      write(1, 2, 0);
      refused(folder, "some shards have video and some have not");
    }
  }

  @Test
  void rows_have_the_bits_that_the_whole_tensor_has() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(5)) {
      Tensor first = rng.normal(3, 7, 2);
      Tensor second = rng.normal(2, 7, 2);
      LatentCache.writeShard(folder, 0, Map.of(AUDIO, first), Map.of());
      LatentCache.writeShard(folder, 1, Map.of(AUDIO, second), Map.of());
      Tensor all =
          torch.cat(new TensorVector(stored(first), stored(second)), 0).to(ScalarType.Float);
      try (LatentCache cache = LatentCache.open(folder)) {
        long[] order = {4, 1, 0, 3, 2, 2};
        Tensor expected = all.index_select(0, Tensors.of(order, order.length));
        assertThat(cache.get(AUDIO, order).equal(expected)).isTrue();
      }
    }
  }

  private static Tensor stored(Tensor tensor) {
    return tensor.to(ScalarType.Half);
  }

  @Test
  void a_cache_larger_than_memory_gives_its_rows() throws IOException {
    int shards = 40;
    long clips = 1L << 21;
    for (int shard = 0; shard < shards; shard++) {
      writeSparse(shard, clips);
    }
    assertThat(clips * shards * ROW).as("bytes").isGreaterThan(1L << 40);
    try (LatentCache cache = LatentCache.open(folder);
        TensorScope scope = TensorScope.open()) {
      assertThat(cache.size()).isEqualTo(clips * shards);
      long[] indices = {clips - 1, 0, 39 * clips, 40 * clips - 1, 17 * clips + 5};
      Tensor rows = cache.get(AUDIO, indices);
      assertThat(rows.shape()).containsExactly(5, ROW / 2);
      assertThat(Tensors.toFloats(rows.select(1, 0))).containsExactly(1, 0, 0, 40, 0);
      assertThatThrownBy(() -> cache.get(AUDIO, new long[] {40 * clips}))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** A shard without bytes on disk but for its header and its last row, which is its number + 1. */
  private void writeSparse(int shard, long clips) throws IOException {
    String header =
        String.format(
            "{\"audio\":{\"dtype\":\"F16\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}",
            clips, ROW / 2, clips * ROW);
    ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(0, header.length());
    ByteBuffer number = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    number.putShort(0, half(shard + 1));
    try (RandomAccessFile file =
        new RandomAccessFile(LatentCache.shard(folder, shard).toFile(), "rw")) {
      file.write(start.array());
      file.write(header.getBytes(StandardCharsets.UTF_8));
      file.setLength(8 + header.length() + clips * ROW);
      file.seek(8 + header.length() + (clips - 1) * ROW);
      file.write(number.array());
    }
  }

  /** A whole number below 2048 as float16. */
  private static short half(int number) {
    int exponent = 31 - Integer.numberOfLeadingZeros(number);
    int fraction = (number - (1 << exponent)) << (10 - exponent);
    return (short) (((exponent + 15) << 10) | fraction);
  }

  @Test
  void threads_read_at_once_and_an_interrupted_one_disturbs_nobody() throws Exception {
    // More shards than are kept open.
    for (int shard = 0; shard < 50; shard++) {
      write(shard, 2, 2 * shard);
    }
    try (LatentCache cache = LatentCache.open(folder)) {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<Boolean>> results = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int from = t;
        results.add(
            threads.submit(
                () -> {
                  if (from == 0) {
                    Thread.currentThread().interrupt();
                  }
                  boolean right = true;
                  for (int i = 0; i < 200; i++) {
                    long clip = (from * 31L + i * 17L) % 100;
                    try (TensorScope scope = TensorScope.open()) {
                      float[] row = Tensors.toFloats(cache.get(AUDIO, new long[] {clip}));
                      right &= row[0] == -clip && row[7] == -clip;
                    }
                  }
                  return right;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
      threads.shutdown();
    }
  }

  @Test
  void a_shard_that_changes_while_it_is_read_is_named() throws IOException {
    write(0, 2, 0);
    try (LatentCache cache = LatentCache.open(folder)) {
      write(0, 3, 0);
      assertThatThrownBy(() -> cache.get(AUDIO, new long[] {0}))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("shard-00000.safetensors changed while it was read");
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
          folder,
          1,
          Map.of(VIDEO, Tensors.of(new float[6], 2, 3), AUDIO, Tensors.of(new float[16], 2, 4, 2)),
          Map.of());
      refused(folder, "shard-00001.safetensors has 'video' of Half [3] per clip");
      LatentCache.writeShard(
          folder,
          1,
          Map.of(
              VIDEO,
              Tensors.of(new float[24], 2, 3, 2, 2, 1),
              AUDIO,
              Tensors.of(new float[8], 1, 4, 2)),
          Map.of());
      refused(folder, "'audio' of 1 clips but 'video' of 2");
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
          Map.of(
              VIDEO, Tensors.of(video, clips, 3, 2, 2, 1), AUDIO, Tensors.of(audio, clips, 4, 2)),
          Map.of());
    }
  }
}
