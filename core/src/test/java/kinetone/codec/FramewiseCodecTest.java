package kinetone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.exchange.StoredAutoencoder;
import kinetone.latent.Causality;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FramewiseCodecTest {
  private static final String HINT = "spectrograms want a MelCodec";

  @TempDir Path folder;
  private final Rng rng = new Rng(5);

  @AfterEach
  void close() {
    rng.close();
  }

  @Test
  void each_frame_is_coded_by_the_network_for_itself() {
    AutoencoderKl network = new AutoencoderKl(SmallCodecs.PICTURES, rng);
    try (FramewiseCodec codec = new FramewiseCodec(network);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor clips = rng.uniform(2, 3, 8, 12, 3);
      Tensor latent = codec.encode(clips);
      assertThat(latent.shape()).containsExactly(2, 3, 4, 6, 3);
      Tensor back = codec.decode(latent, 3, rng);
      assertThat(back.shape()).containsExactly(2, 3, 8, 12, 3);
      for (long b = 0; b < 2; b++) {
        for (long t = 0; t < 3; t++) {
          Tensor one = latent.select(0, b).narrow(0, t, 1);
          Tensor alone = network.encode(clips.select(0, b).narrow(0, t, 1));
          assertThat(Causality.distance(one, alone)).isLessThan(5e-6);
          assertThat(Causality.distance(back.select(0, b).narrow(0, t, 1), network.decode(one)))
              .isLessThan(5e-6);
        }
      }
    }
  }

  @Test
  void an_autoencoder_of_spectrograms_is_refused_with_a_hint() {
    AutoencoderKlConfig mel = SmallCodecs.MEL.autoencoder();
    try (AutoencoderKl network = new AutoencoderKl(mel, rng)) {
      refused(() -> new FramewiseCodec(network));
      refused(() -> new StoredAutoencoder(mel, null));
      // As folders were before codecs of sound knew their spectrograms.
      try (TensorScope scope = TensorScope.open()) {
        ComponentFolder.write(
            folder,
            FramewiseCodec.FORMAT.type(),
            Map.of("codec", mel, "statistics", LatentStatistics.identity(3)),
            StateDict.of(network),
            ScalarType.Float);
      }
      refused(() -> Codecs.open(folder));
      refused(() -> Codecs.openVideo(folder));
      refused(() -> Codecs.openAudio(folder));
      refused(() -> Codecs.describe(folder));
    }
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("of 1 channels")
        .hasMessageContaining(HINT)
        .message()
        .doesNotContain("\n");
  }
}
