package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;

final class DistanceTest {
  @Test
  void psnr_of_a_constant_difference_is_known_and_of_equal_videos_infinite() {
    byte[] grey = new byte[2 * 4 * 4 * 3];
    Arrays.fill(grey, (byte) 200);
    byte[] lighter = new byte[grey.length];
    Arrays.fill(lighter, (byte) 210);
    var a = new Video(grey, 2, 4, 4, 8);
    assertThat(Psnr.decibels(a, new Video(lighter, 2, 4, 4, 8)))
        .isCloseTo(20 * Math.log10(25.5), within(1e-9));
    assertThat(Psnr.decibels(a, a)).isInfinite();
    assertThatThrownBy(() -> Psnr.decibels(a, new Video(new byte[48], 1, 4, 4, 8)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("shapes differ");
  }

  @Test
  void halving_a_loud_sound_moves_it_by_six_decibels_and_nothing_moves_it_by_none() {
    var loud = noise(1, 0.4f);
    var distance = LogMelDistance.standard();
    assertThat(distance.decibels(loud, loud)).isZero();
    assertThat(distance.decibels(loud, noise(1, 0.2f))).isCloseTo(6.02, within(0.05));
  }

  @Test
  void another_noise_is_further_away_than_a_small_change() {
    var sound = noise(1, 0.4f);
    var distance = LogMelDistance.standard();
    assertThat(distance.decibels(sound, noise(2, 0.4f)))
        .isGreaterThan(3 * distance.decibels(sound, noise(1, 0.38f)));
    assertThatThrownBy(() -> distance.decibels(sound, Audio.mono(new float[100], 16000)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("100 samples at 16000 Hz");
  }

  private static Audio noise(long seed, float level) {
    var random = new SplittableRandom(seed);
    float[] samples = new float[16000];
    for (int n = 0; n < samples.length; n++) {
      samples[n] = level * (float) (2 * random.nextDouble() - 1);
    }
    return Audio.mono(samples, 16000);
  }
}
