package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import org.junit.jupiter.api.Test;

/** Against librosa; the file comes from {@code goldens/av_align.py}. */
class LibrosaOnsetsTest {
  private static float[] sound(int samples) {
    float[] sound = new float[samples];
    for (int i = 0; i < samples; i++) {
      double t = i / 22050.0;
      double since = t >= 0.2 ? (t - 0.2) % 0.37 : 9;
      double knock = Math.exp(-30 * since) * Math.sin(2 * Math.PI * 1800 * since);
      sound[i] = (float) (0.5 * knock + 0.02 * Math.sin(2 * Math.PI * 110 * t));
    }
    return sound;
  }

  @Test
  void strength_and_onsets_agree_with_librosa() throws IOException {
    JsonNode cases =
        new ObjectMapper()
            .readTree(getClass().getResourceAsStream("/goldens/metrics/onset_detect.json"));
    for (JsonNode one : cases) {
      Audio audio = Audio.mono(sound(one.get("samples").asInt()), 22050);
      double[] strength = LibrosaOnsets.strength(audio);
      assertThat(strength).hasSize(one.get("strength").size());
      for (int n = 0; n < strength.length; n++) {
        assertThat(strength[n])
            .as("frame %d", n)
            .isCloseTo(one.get("strength").get(n).asDouble(), within(2e-3));
      }
      double[] onsets = LibrosaOnsets.onsets(audio);
      assertThat(onsets).hasSize(one.get("onsets").size()).hasSizeGreaterThan(2);
      for (int i = 0; i < onsets.length; i++) {
        assertThat(onsets[i]).isCloseTo(one.get("onsets").get(i).asDouble(), within(1e-9));
      }
    }
  }

  @Test
  void silence_has_no_onsets_and_another_rate_is_refused() {
    assertThat(LibrosaOnsets.onsets(Audio.mono(new float[22050], 22050))).isEmpty();
    assertThatThrownBy(() -> LibrosaOnsets.onsets(Audio.mono(new float[100], 16000)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("22050");
  }
}
