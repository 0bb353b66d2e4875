package kinetone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kinetone.common.KinetoneException;
import kinetone.latent.opensora.NarrowOpenSora;
import kinetone.latent.opensora.OpenSoraConfig;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenSoraCodecTest {
  private static final VideoLayout LAYOUT =
      (VideoLayout) OpenSoraCodec.FORMAT.layout().apply(OpenSoraConfig.V1_2);

  @Test
  void four_seconds_of_uniform_are_twenty_latents_that_know_their_frames() {
    assertThat(LAYOUT.latent(68, 256, 256)).containsExactly(20, 32, 32);
    assertThat(LAYOUT.channels()).isEqualTo(4);
    assertThat(LAYOUT.time().boundaries(12))
        .containsExactly(0, 1, 5, 9, 13, 17, 18, 22, 26, 30, 34, 35, 39);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "13,4", "17,5", "18,6", "22,7", "30,9", "34,10"})
  void the_layout_counts_as_the_network(int frames, int latents) {
    assertThat(LAYOUT.time().latents(frames)).isEqualTo(latents);
    assertThat(OpenSoraConfig.V1_2.latents(frames)).isEqualTo(latents);
    assertThat(OpenSoraConfig.V1_2.frames(latents)).isEqualTo(frames);
    assertThat(LAYOUT.time().boundary(latents)).isEqualTo(frames);
  }

  @ParameterizedTest
  @CsvSource({"16,13", "33,30", "2,1", "0,17"})
  void clips_whose_latents_would_not_say_their_frames_are_refused_with_one_that_fits(
      int frames, int example) {
    assertThatThrownBy(() -> LAYOUT.time().latents(frames))
        .isInstanceOf(KinetoneException.class)
        .hasMessage(
            "a clip of %d frames does not fit the video codec; use a multiple of 17 frames, or 1 +"
                + " 4·k more, for example %d",
            frames, example);
    assertThat(LAYOUT.time().latents(example)).isPositive();
  }

  @Test
  void with_its_statistics_it_gives_what_open_sora_gives_and_refuses_other_lengths() {
    try (LatentCodec<OpenSoraCodec> codec = NarrowOpenSora.codec();
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng none = Rng.none()) {
      Golden golden = NarrowOpenSora.golden();
      Tensor clip = NarrowOpenSora.channelsLast(golden.get("x"));
      Tensor latent = NarrowOpenSora.channelsFirst(codec.encode(clip));
      assertThat(golden.error(latent, "encoded_34")).isLessThan(Golden.TOLERANCE);
      Tensor given = NarrowOpenSora.channelsLast(golden.get("latent"));
      Tensor back = NarrowOpenSora.channelsFirst(codec.decode(given, 34, none));
      assertThat(golden.error(back, "decoded_34")).isLessThan(Golden.TOLERANCE);
      assertThatThrownBy(() -> codec.encode(clip.narrow(1, 0, 16)))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("a clip of 16 frames does not fit");
    }
  }
}
