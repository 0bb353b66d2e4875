package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.StreamSupport;
import kinetone.media.Audio;
import org.junit.jupiter.api.Test;

/** Against librosa 0.11.0; values from goldens/onset.py. */
final class OnsetGoldenTest {
  private static final double TOLERANCE = 1e-3;

  @Test
  void mel_spectrogram_and_flux_equal_librosa() throws IOException {
    for (var golden : read("spectrograms")) {
      var mel = spectrogram(golden, golden.get("window").asDouble());
      assertThat(furthest(golden, mel)).isLessThan(TOLERANCE);
      double[] flux =
          new OnsetDetector(mel, OnsetDetector.standard().peaks(), 0)
              .strength(signal(golden.get("rate").asInt()));
      for (int n = 0; n < flux.length; n++) {
        assertThat(flux[n]).isCloseTo(golden.get("flux").get(n).asDouble(), within(TOLERANCE));
      }
    }
  }

  @Test
  void a_window_one_millisecond_shorter_is_noticed() throws IOException {
    for (var golden : read("spectrograms")) {
      var mel = spectrogram(golden, golden.get("window").asDouble() - 0.001);
      assertThat(furthest(golden, mel)).isGreaterThan(100 * TOLERANCE);
    }
  }

  @Test
  void peaks_equal_librosa_and_a_wider_maximum_is_noticed() throws IOException {
    for (var golden : read("picking")) {
      double[] curve = doubles(golden.get("curve"));
      int[] expected =
          StreamSupport.stream(golden.get("peaks").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      assertThat(picking(golden, 0).peaks(curve, 1)).isEqualTo(expected);
      assertThat(picking(golden, 4).peaks(curve, 1)).isNotEqualTo(expected);
    }
  }

  private static PeakPicking picking(JsonNode golden, int wider) {
    return new PeakPicking(
        golden.get("preMax").asInt() + wider,
        golden.get("postMax").asInt() + wider,
        golden.get("preMean").asInt(),
        golden.get("postMean").asInt(),
        golden.get("threshold").asDouble(),
        golden.get("spacing").asInt());
  }

  private static LogMelSpectrogram spectrogram(JsonNode golden, double window) {
    return new LogMelSpectrogram(
        window,
        golden.get("hop").asDouble(),
        golden.get("bands").asInt(),
        golden.get("low").asDouble(),
        golden.get("high").asDouble(),
        golden.get("range").asDouble(),
        golden.get("floor").asDouble());
  }

  private static double furthest(JsonNode golden, LogMelSpectrogram mel) {
    double[][] actual = mel.decibels(signal(golden.get("rate").asInt()));
    assertThat(actual).hasNumberOfRows(golden.get("decibels").size());
    double furthest = 0;
    for (int n = 0; n < actual.length; n++) {
      double[] expected = doubles(golden.get("decibels").get(n));
      for (int band = 0; band < expected.length; band++) {
        furthest = Math.max(furthest, Math.abs(actual[n][band] - expected[band]));
      }
    }
    return furthest;
  }

  private static Audio signal(int rate) {
    float[] samples = new float[(int) (0.4 * rate)];
    for (int n = 0; n < samples.length; n++) {
      double t = n / (double) rate;
      double tone = Math.sin(2 * Math.PI * 440 * t) + 0.5 * Math.sin(2 * Math.PI * 2960 * t);
      double chirp = Math.sin(2 * Math.PI * 9000 * t * t);
      samples[n] = (float) (0.4 * Math.exp(-40 * (t % 0.11)) * tone + 0.01 * chirp);
    }
    return Audio.mono(samples, rate);
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static JsonNode read(String name) throws IOException {
    try (var in = OnsetGoldenTest.class.getResourceAsStream("/goldens/onset/onset.json")) {
      return new ObjectMapper().readTree(in).get(name);
    }
  }
}
