package kinetone.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.hann_window;

import java.nio.file.Path;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;
import kinetone.spectral.MelFrontEndConfig.Ending;
import kinetone.spectral.StftConfig.Padding;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real sound against librosa 0.11.0 and AudioLDM's TacotronSTFT; generator: goldens/mel.py. The
 * sound is from Big Buck Bunny, see ATTRIBUTION.md beside the fixture.
 */
class MelGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/mel/mel.safetensors");
  private static final double TOLERANCE = 1e-4;
  private TensorScope scope;
  private Map<String, Tensor> golden;
  private Tensor sound;

  @BeforeEach
  void read() {
    scope = TensorScope.open();
    golden = SafeTensors.read(GOLDENS).tensors();
    sound = golden.get("sound").to(ScalarType.Float).div(new Scalar(32768.0)).unsqueeze(0);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void diff_foleys_front_end_equals_its_code() {
    assertThat(error(logMel(MelFrontEndConfig.DIFF_FOLEY, sound), "diff_foley"))
        .isLessThan(TOLERANCE);
  }

  @Test
  void audio_ldms_front_end_equals_its_code() {
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM)) {
      assertThat(error(front.logMel(front.normalise(sound)), "audio_ldm")).isLessThan(TOLERANCE);
    }
  }

  @Test
  void audio_ldms_waveform_is_centred_and_brought_to_the_peak_before_and_after_it_is_cut() {
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM)) {
      Tensor loud = sound.narrow(1, 0, 4000).add(new Scalar(0.01));
      assertThat(error(front.fit(loud, 3000), "fitted")).isLessThan(TOLERANCE);
      Tensor once = front.normalise(loud).narrow(1, 0, 3000);
      assertThat(error(once, "fitted")).isGreaterThan(100 * TOLERANCE);
      assertThat(front.fit(loud, 5000).narrow(1, 4000, 1000).abs().max().item_float()).isZero();
      assertThat(front.fit(torch.zeros(1, 2000), 1500).abs().max().item_float()).isZero();
    }
  }

  @Test
  void another_mel_scale_padding_or_level_is_told_apart() {
    MelFrontEndConfig right = MelFrontEndConfig.AUDIO_LDM;
    MelFilterBank slaney = right.spectrum().mel();
    MelFilterBank htk =
        new MelFilterBank(16000, 1024, 64, 0, 8000, MelScale.HTK, MelFilterBank.Norm.AREA);
    MelFilterBank peak =
        new MelFilterBank(16000, 1024, 64, 0, 8000, MelScale.SLANEY, MelFilterBank.Norm.PEAK);
    StftConfig stft = right.spectrum().stft();
    StftConfig zeros = new StftConfig(1024, 1024, 160, Padding.ZEROS);
    assertThat(wrongError(stft, htk)).isGreaterThan(100 * TOLERANCE);
    assertThat(wrongError(stft, peak)).isGreaterThan(100 * TOLERANCE);
    assertThat(wrongError(zeros, slaney)).isGreaterThan(100 * TOLERANCE);
    assertThat(error(logMel(right, sound), "audio_ldm")).isGreaterThan(100 * TOLERANCE);
  }

  @Test
  void a_symmetric_window_is_told_apart() {
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM)) {
      Tensor normal = front.normalise(sound);
      assertThat(error(windowed(normal, true), "audio_ldm")).isLessThan(TOLERANCE);
      assertThat(error(windowed(normal, false), "audio_ldm")).isGreaterThan(10 * TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({"160000, 625, 1000", "131072, 512, 819", "130560, 510, 816", "163840, 640, 1024"})
  void frames_follow_from_samples(long samples, long diffFoley, long audioLdm) {
    assertThat(MelFrontEndConfig.DIFF_FOLEY.frames(samples)).isEqualTo(diffFoley);
    assertThat(MelFrontEndConfig.AUDIO_LDM.frames(samples)).isEqualTo(audioLdm);
    assertThat(MelFrontEndConfig.AUDIO_LDM.forLoss().frames(163840)).isEqualTo(1024);
  }

  @Test
  void spectrograms_have_the_frames_that_the_configuration_says() {
    for (MelFrontEndConfig config :
        new MelFrontEndConfig[] {
          MelFrontEndConfig.DIFF_FOLEY,
          MelFrontEndConfig.AUDIO_LDM,
          MelFrontEndConfig.AUDIO_LDM.forLoss()
        }) {
      for (long samples : new long[] {8000, 8001, 8159, 8160, 8192}) {
        assertThat(logMel(config, sound.narrow(1, 0, samples)).shape())
            .containsExactly(1, config.frames(samples), config.bands());
      }
    }
  }

  @Test
  void a_crop_of_samples_is_a_crop_of_whole_frames() {
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.DIFF_FOLEY)) {
      Tensor all = torch.arange(new Scalar(625)).view(1, 625, 1);
      Tensor piece = front.crop(all, 1000, 131072);
      assertThat(piece.size(1)).isEqualTo(512);
      assertThat(piece.select(1, 0).item_long()).isEqualTo(3);
    }
  }

  @Test
  void gradients_are_finite_in_silence_where_the_configuration_asks_for_it() {
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM.forLoss())) {
      Tensor silence = torch.zeros(1, 4000).set_requires_grad(true);
      front.logMel(silence).sum().backward();
      assertThat(silence.grad().isfinite().all().item_bool()).isTrue();
    }
  }

  @Test
  void a_sound_without_a_whole_frame_is_an_error_that_says_how_long_it_must_be() {
    assertThatThrownBy(() -> logMel(MelFrontEndConfig.AUDIO_LDM, sound.narrow(1, 0, 512)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("more than 512");
  }

  /** librosa's solver stops where it starts: at the projected pseudo-inverse. */
  @Test
  void linear_magnitudes_without_iterations_equal_librosa() {
    Tensor mel = golden.get("diff_foley").narrow(0, 20, 5).unsqueeze(0);
    try (MelInverse right = inverse(0, false);
        MelInverse demo = inverse(0, true)) {
      assertThat(error(right.magnitudes(mel), "diff_foley_stft")).isLessThan(TOLERANCE);
      assertThat(error(demo.magnitudes(mel), "diff_foley_stft_22050")).isLessThan(TOLERANCE);
      assertThat(error(demo.magnitudes(mel), "diff_foley_stft")).isGreaterThan(100 * TOLERANCE);
    }
  }

  @Test
  void iterations_solve_the_system_that_librosa_leaves_at_a_hundredth() {
    Tensor mel = golden.get("diff_foley").unsqueeze(0);
    Tensor target = MelFrontEndConfig.DIFF_FOLEY.log().undo(mel);
    Tensor filters = MelFilters.of(MelFrontEndConfig.DIFF_FOLEY.spectrum().mel()).t();
    try (MelInverse start = inverse(0, false);
        MelInverse solved = inverse(100, false)) {
      Tensor x = solved.magnitudes(mel);
      assertThat(relative(start.magnitudes(mel).matmul(filters), target)).isBetween(1e-3, 1e-1);
      assertThat(relative(x.matmul(filters), target)).isLessThan(1e-6);
      assertThat(relative(x, start.magnitudes(mel))).isLessThan(0.05);
      assertThat(x.min().item_float()).isGreaterThanOrEqualTo(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "32"})
  void griffin_lim_from_the_same_phases_equals_librosa(int iterations) {
    String name = "griffin_lim_" + iterations;
    assertThat(error(griffinLim(iterations, 0.99), name)).isLessThan(TOLERANCE);
    if (iterations > 1) {
      assertThat(error(griffinLim(iterations, 0), name)).isGreaterThan(100 * TOLERANCE);
    }
  }

  @Test
  void sound_comes_back_from_its_log_mel_spectrogram() {
    Tensor mel = golden.get("diff_foley").unsqueeze(0);
    try (MelInverse inverse =
            new MelInverse(MelFrontEndConfig.DIFF_FOLEY, MelInverse.Config.DEFAULT);
        Rng rng = new Rng(1);
        Rng other = new Rng(1)) {
      Tensor again = inverse.sound(mel, rng);
      assertThat(again.shape()).containsExactly(1, 62 * 256);
      assertThat(again.equal(inverse.sound(mel, other))).isTrue();
      Tensor difference =
          logMel(MelFrontEndConfig.DIFF_FOLEY, again).sub(mel.narrow(1, 0, 62)).abs();
      // One unit is 100 dB.
      assertThat(difference.mean().item_float()).isLessThan(0.03f);
    }
  }

  private Tensor griffinLim(int iterations, double momentum) {
    GriffinLim griffinLim = new GriffinLim(StftConfig.of(256, 64), iterations, momentum);
    Tensor magnitude = golden.get("magnitude").unsqueeze(0);
    return griffinLim.sound(magnitude, golden.get("phase").unsqueeze(0)).squeeze(0);
  }

  private static MelInverse inverse(int iterations, boolean demo) {
    MelInverse.Config config = demo ? MelInverse.Config.diffFoleyDemo() : MelInverse.Config.DEFAULT;
    return new MelInverse(
        MelFrontEndConfig.DIFF_FOLEY,
        new MelInverse.Config(
            new NonNegativeLeastSquares(iterations), 32, 0.99, config.filterRate()));
  }

  private double wrongError(StftConfig stft, MelFilterBank mel) {
    MelFrontEndConfig config =
        new MelFrontEndConfig(
            WaveformNormalisation.NONE,
            new MelSpectrogramConfig(stft, mel, 1),
            0,
            LogCompression.NATURAL,
            Ending.DROP_LAST_FRAME);
    Tensor normal = MelFrontEndConfig.AUDIO_LDM.waveform().apply(sound);
    return error(logMel(config, normal), "audio_ldm");
  }

  private static Tensor windowed(Tensor normal, boolean periodic) {
    Tensor spectrum =
        normal.stft(
            1024,
            new LongOptional(160),
            new LongOptional(1024),
            new TensorOptional(hann_window(1024, periodic)),
            true,
            "reflect",
            false,
            new BoolOptional(true),
            new BoolOptional(true),
            new BoolOptional());
    Tensor filters = MelFilters.of(MelFrontEndConfig.AUDIO_LDM.spectrum().mel());
    return LogCompression.NATURAL
        .apply(filters.matmul(spectrum.abs()).transpose(1, 2))
        .narrow(1, 0, 100);
  }

  private static Tensor logMel(MelFrontEndConfig config, Tensor sound) {
    try (MelFrontEnd front = new MelFrontEnd(config)) {
      return front.logMel(sound);
    }
  }

  /** Largest difference, relative to the largest value. */
  private double error(Tensor actual, String name) {
    Tensor expected = golden.get(name);
    Tensor flat = actual.dim() > expected.dim() ? actual.squeeze(0) : actual;
    assertThat(flat.shape()).as(name).isEqualTo(expected.shape());
    return flat.sub(expected).abs().max().item_float() / expected.abs().max().item_float();
  }

  private static double relative(Tensor actual, Tensor expected) {
    return actual.sub(expected).norm().item_float() / expected.norm().item_float();
  }
}
