package kinetone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.latent.LatentStatistics;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecFolderTest {
  @TempDir Path folder;
  private final Rng rng = new Rng(5);
  private final CausalAudioAutoencoder network =
      new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng);
  private final CausalAudioCodec codec = new CausalAudioCodec(network);
  private final LatentStatistics statistics = statistics(32);

  @AfterEach
  void close() {
    rng.close();
  }

  @Test
  void a_codec_comes_back_as_it_was_saved() {
    CodecFolder.save(folder, CausalAudioCodec.FORMAT, codec, statistics, ScalarType.Float);
    LatentCodec<CausalAudioCodec> loaded = CodecFolder.load(folder, CausalAudioCodec.FORMAT);
    assertThat(CausalAudioCodec.FORMAT.config().apply(loaded.codec())).isEqualTo(network.config());
    assertThat(loaded.statistics().mean()).isEqualTo(statistics.mean());
    assertThat(loaded.statistics().standardDeviation()).isEqualTo(statistics.standardDeviation());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound = rng.normal(1, 3200);
      assertThat(Causality.distance(loaded.codec().encode(sound), network.encode(sound))).isZero();
    }
  }

  @Test
  void half_precision_storage_changes_little() {
    CausalVideoAutoencoder video = new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng);
    CodecFolder.save(
        folder,
        CausalVideoCodec.FORMAT,
        new CausalVideoCodec(video),
        statistics(8),
        ScalarType.Half);
    Codec loaded = Codecs.open(folder).codec();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor clip = rng.normal(1, 5, 16, 16, 3);
      assertThat(Causality.distance(loaded.encode(clip), video.encode(clip))).isLessThan(5e-3);
    }
  }

  @Test
  void another_kind_of_codec_is_refused() {
    CodecFolder.save(folder, CausalAudioCodec.FORMAT, codec, statistics, ScalarType.Float);
    assertThatThrownBy(() -> CodecFolder.load(folder, CausalVideoCodec.FORMAT))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("holds a CausalAudioAutoencoder")
        .hasMessageContaining("CausalVideoAutoencoder");
  }

  @Test
  void a_folder_without_a_codec_is_refused_and_the_kinds_are_named() {
    ComponentFolder.write(folder, "AvDiT", Map.of(), Map.of(), ScalarType.Float);
    assertThatThrownBy(() -> Codecs.open(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("holds a AvDiT")
        .hasMessageContaining(
            "CausalVideoAutoencoder, AutoencoderKL, OpenSoraAutoencoder, CausalAudioAutoencoder,"
                + " MelCodec");
    assertThatThrownBy(() -> Codecs.describe(folder.resolve("no")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("config.json is missing");
  }

  @Test
  void a_configuration_without_codec_or_statistics_is_refused() {
    ComponentFolder.write(
        folder, CausalAudioCodec.FORMAT.type(), Map.of(), Map.of(), ScalarType.Float);
    assertThatThrownBy(() -> Codecs.open(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("config.json has no 'codec'");
    assertThatThrownBy(() -> CodecFolder.statistics(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("config.json has no 'statistics'");
  }

  @Test
  void damaged_weights_are_refused() throws IOException {
    CodecFolder.save(folder, CausalAudioCodec.FORMAT, codec, statistics, ScalarType.Float);
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> CodecFolder.load(folder, CausalAudioCodec.FORMAT))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("SHA-256");
  }

  @Test
  void statistics_of_another_latent_are_refused() {
    assertThatThrownBy(
            () ->
                CodecFolder.save(
                    folder, CausalAudioCodec.FORMAT, codec, statistics(8), ScalarType.Float))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("8 channels but the codec has 32");
  }

  private static LatentStatistics statistics(int channels) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int i = 0; i < channels; i++) {
      mean[i] = 0.1f * i;
      deviation[i] = 1 + 0.01f * i;
    }
    return new LatentStatistics(mean, deviation);
  }
}
