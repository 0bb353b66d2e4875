package kinetone.spectral;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;
import kinetone.spectral.StftConfig.Padding;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against librosa 0.11.0; generator: goldens/spectral.py. */
class SpectralGoldenTest {
  private static final Path GOLDENS =
      Path.of("src/test/resources/goldens/spectral/spectral.safetensors");
  private static final double TOLERANCE = 1e-4;
  private static final MelFilterBank SLANEY = MelFilterBank.slaney(16000, 256, 20);
  private static final MelFilterBank HTK =
      new MelFilterBank(16000, 256, 20, 50, 7600, MelScale.HTK, MelFilterBank.Norm.PEAK);
  private TensorScope scope;
  private Map<String, Tensor> golden;

  @BeforeEach
  void read() {
    scope = TensorScope.open();
    golden = SafeTensors.read(GOLDENS).tensors();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void slaney_filters_equal_librosa() {
    assertThat(error(MelFilters.of(SLANEY), "slaney")).isLessThan(TOLERANCE);
  }

  @Test
  void htk_filters_with_peak_one_equal_librosa() {
    assertThat(error(MelFilters.of(HTK), "htk")).isLessThan(TOLERANCE);
  }

  @Test
  void the_wrong_mel_scale_is_told_apart() {
    MelFilterBank wrong =
        new MelFilterBank(16000, 256, 20, 0, 8000, MelScale.HTK, MelFilterBank.Norm.AREA);
    assertThat(error(MelFilters.of(wrong), "slaney")).isGreaterThan(100 * TOLERANCE);
  }

  @Test
  void complex_spectrum_equals_librosa() {
    Tensor spectrum = stft(Padding.REFLECT).of(golden.get("sound"));
    assertThat(error(spectrum.select(3, 0).transpose(1, 2).squeeze(0), "real"))
        .isLessThan(TOLERANCE);
    assertThat(error(spectrum.select(3, 1).transpose(1, 2).squeeze(0), "imaginary"))
        .isLessThan(TOLERANCE);
  }

  @Test
  void magnitude_without_padding_equals_librosa() {
    Tensor magnitude = stft(Padding.NONE).magnitude(golden.get("sound"), 0).squeeze(0);
    assertThat(error(magnitude, "uncentred_magnitude")).isLessThan(TOLERANCE);
  }

  @Test
  void mel_spectrogram_equals_librosa() {
    assertThat(error(mel(Padding.REFLECT), "mel_spectrogram")).isLessThan(TOLERANCE);
  }

  @Test
  void the_wrong_padding_is_told_apart() {
    assertThat(error(mel(Padding.ZEROS), "mel_spectrogram")).isGreaterThan(100 * TOLERANCE);
  }

  private Tensor mel(Padding padding) {
    MelSpectrogramConfig config =
        new MelSpectrogramConfig(new StftConfig(256, 200, 64, padding), SLANEY, 1);
    try (MelSpectrogram mel = new MelSpectrogram(config)) {
      return mel.of(golden.get("sound")).squeeze(0);
    }
  }

  private static Stft stft(Padding padding) {
    return new Stft(new StftConfig(256, 200, 64, padding));
  }

  /** Largest difference, relative to the largest value. */
  private double error(Tensor actual, String name) {
    Tensor expected = golden.get(name);
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    return actual.sub(expected).abs().max().item_float() / expected.abs().max().item_float();
  }
}
