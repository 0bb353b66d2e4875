package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import kinetone.common.KinetoneException;
import kinetone.media.ClipWriter;
import kinetone.scene.SceneMix;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyModel;
import kinetone.text.Cleaning;
import kinetone.text.T5Config;
import kinetone.text.T5Encoder;
import kinetone.text.TextEncoder;
import kinetone.text.UnigramTrainer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captions beside latents. */
final class TextPreparationTest {
  private static final Device CPU = new Device("cpu");

  @TempDir static Path networks;
  @TempDir Path folder;

  @BeforeAll
  static void write() {
    TinyModel.writeVideoCodec(networks, TinyModel.CHANNELS);
    try (Rng rng = new Rng(5)) {
      List<String> captions = LongStream.range(0, 7).mapToObj(scenes()::caption).toList();
      byte[] vocabulary = UnigramTrainer.train(captions, 120);
      for (String name : List.of("words", "others")) {
        T5Encoder network = new T5Encoder(new T5Config(400, 8, 1, 2, 4, 16, 8, 16, 1e-6), rng);
        TextEncoder.save(
            networks.resolve(name), network, 100, Cleaning.OPEN_SORA, vocabulary, ScalarType.Float);
      }
    }
  }

  @Test
  void the_captions_of_any_clips_are_padded_to_the_longest_of_them() {
    run(scenes(), "words", folder);
    try (TensorScope scope = TensorScope.open();
        TextEncoder encoder = TextEncoder.load(networks.resolve("words"), CPU);
        LatentCache cache = LatentCache.open(folder)) {
      assertThat(cache.roles()).contains(LatentRoles.TEXT, LatentRoles.VIDEO);
      long[] clips = {6, 0, 3, 3};
      LatentCache.Text text = cache.text(clips);
      long longest = 0;
      long tokens = 0;
      for (int i = 0; i < clips.length; i++) {
        Tensor alone = encoder.encode(List.of(scenes().caption(clips[i]))).embedding().get(0);
        long length = alone.size(0);
        longest = Math.max(longest, length);
        Tensor kept = text.embedding().get(i);
        assertThat(kept.narrow(0, 0, length).sub(alone).abs().max().item_float()).isLessThan(0.01f);
        assertThat(text.mask().get(i).sum().item_float()).isEqualTo((float) length);
        if (length < kept.size(0)) {
          assertThat(kept.narrow(0, length, kept.size(0) - length).abs().max().item_float())
              .isZero();
        }
        tokens += i < 3 ? length : 0;
      }
      assertThat(text.embedding().size(1)).isEqualTo(longest);
      assertThat(tokens).as("of several lengths").isNotEqualTo(3 * longest);
      // What lies in files is not padded.
      Tensor stored =
          SafeTensors.read(LatentCache.shard(folder, 2)).tensors().get(LatentRoles.TEXT);
      assertThat(stored.size(0))
          .isEqualTo(encoder.encode(List.of(scenes().caption(6))).embedding().size(1));
    }
  }

  @Test
  void gone_on_with_the_bytes_are_the_same_and_other_words_are_refused() throws IOException {
    run(scenes(), "words", folder);
    byte[] second = Files.readAllBytes(LatentCache.shard(folder, 1));
    Files.delete(LatentCache.shard(folder, 1));
    run(scenes(), "words", folder);
    assertThat(LatentCache.shard(folder, 1)).hasBinaryContent(second);
    refused(() -> run(scenes(), "others", folder), "holds other latents: encoders.text");
    LatentsFile made = LatentsFile.read(folder);
    made.requireEncoder(folder, LatentRoles.TEXT, networks.resolve("words"));
    refused(
        () -> made.requireEncoder(folder, LatentRoles.TEXT, networks.resolve("others")),
        "the text in");
  }

  @Test
  void files_have_captions_beside_them_or_in_a_manifest() throws IOException {
    Path media = Files.createDirectory(folder.resolve("media"));
    for (int i = 0; i < 2; i++) {
      ClipWriter.write(media.resolve("clip" + i + ".mp4"), scenes().clip(i));
    }
    refused(
        () -> run(ManifestSource.open(media, TinyModel.FORMAT), "words", folder.resolve("no")),
        "have no captions");
    Files.writeString(media.resolve("clip1.txt"), "a bell rings\n");
    ManifestSource beside = ManifestSource.open(media, TinyModel.FORMAT);
    assertThat(beside.size()).isEqualTo(2);
    assertThat(beside.caption(0)).isEmpty();
    assertThat(beside.caption(1)).isEqualTo("a bell rings");
    Path manifest = folder.resolve("clips.csv");
    Files.writeString(manifest, "path,caption\nmedia/clip0.mp4,\"A ball, twice\"\n");
    assertThat(ManifestSource.open(manifest, TinyModel.FORMAT).caption(0))
        .isEqualTo("A ball, twice");
    Path latents = folder.resolve("latents");
    run(beside, "words", latents);
    try (TensorScope scope = TensorScope.open();
        LatentCache cache = LatentCache.open(latents)) {
      float[] tokens = Tensors.toFloats(cache.text(new long[] {0, 1}).mask().sum());
      assertThat(tokens[0]).as("no words are one token, the end").isGreaterThan(3);
      assertThat(Tensors.toFloats(cache.text(new long[] {0}).mask())).containsExactly(1f);
    }
  }

  @Test
  void damaged_ends_of_captions_are_refused() {
    run(scenes(), "words", folder);
    for (long[] ends : new long[][] {{5, 4, 9}, {-1, 4, 9}, {4, 9, 1L << 40}, {0, 4, 9}}) {
      try (TensorScope scope = TensorScope.open()) {
        Path shard = LatentCache.shard(folder, 0);
        Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(shard).tensors());
        tensors.put(LatentRoles.TEXT_ENDS, Tensors.of(ends, 3, 1));
        SafeTensors.write(shard, tensors, SafeTensors.metadata(shard));
        try (LatentCache cache = LatentCache.open(folder)) {
          refused(() -> cache.text(new long[] {0, 1, 2}), "has a caption from token");
        }
        tensors.put(LatentRoles.TEXT_ENDS, Tensors.of(ends, 3, 1).to(ScalarType.Float));
        SafeTensors.write(shard, tensors, SafeTensors.metadata(shard));
        refused(() -> LatentCache.open(folder).close(), "cannot be told apart by clips");
      }
    }
  }

  private static void refused(ThrowingCallable what, String message) {
    assertThatThrownBy(what)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static ClipSource scenes() {
    return new SceneSource(TinyModel.FORMAT, SceneMix.all(), 7, 7);
  }

  private static void run(ClipSource clips, String words, Path out) {
    new LatentPreparation(
            clips,
            Map.of("kind", "scenes", "seed", "7"),
            TinyModel.FORMAT,
            clips.size(),
            new LatentNetworks(
                Optional.of(networks.resolve("video_codec")),
                Optional.empty(),
                Optional.empty(),
                Optional.of(networks.resolve(words))),
            3,
            2,
            1)
        .run(out, CPU, done -> {});
  }
}
