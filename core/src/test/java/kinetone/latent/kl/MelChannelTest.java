package kinetone.latent.kl;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.latent.Causality;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MelChannelTest {
  private final Rng rng = new Rng(3);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @ParameterizedTest
  @CsvSource({"R, 1, 4", "G, 2, 5", "B, 6, 9", "MEAN, 3, 6"})
  void each_channel_is_picked_from_the_last_axis(MelChannel channel, float first, float second) {
    Tensor picture = Tensors.of(new float[] {1, 2, 6, 4, 5, 9}, 1, 1, 2, 3);
    assertThat(Tensors.toFloats(channel.of(picture))).containsExactly(first, second);
    assertThat(channel.of(picture).shape()).containsExactly(1, 1, 2, 1);
  }

  @ParameterizedTest
  @EnumSource
  void a_copied_spectrogram_comes_back_from_every_channel(MelChannel channel) {
    Tensor mel = rng.normal(2, 4, 3, 1);
    Tensor picture = MelChannel.copied(mel);
    assertThat(picture.shape()).containsExactly(2, 4, 3, 3);
    assertThat(Causality.distance(channel.of(picture), mel)).isLessThan(1e-6);
  }
}
