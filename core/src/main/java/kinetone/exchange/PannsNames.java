package kinetone.exchange;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.spectral.MelFilters;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The file of PANNs: beside the network it holds the transform and the filters of torchlibrosa.
 * Their shapes tell that it is for 16 kHz; {@link MelFrontEndConfig#PANNS} computes their numbers.
 */
final class PannsNames {
  private static final StftConfig STFT = MelFrontEndConfig.PANNS.spectrum().stft();

  static final Naming ORIGINAL =
      new JudgeNaming(
          "PANNs",
          UnaryOperator.identity(),
          Set.of(),
          List.of(
              computed("logmel_extractor.melW", PannsNames::filters, STFT.bins(), 64),
              transform("conv_real", false),
              transform("conv_imag", true)));

  private PannsNames() {}

  private static Naming.Constant computed(String name, Supplier<Tensor> values, long... shape) {
    return new Naming.Constant(name, ScalarType.Float, shape, false, values);
  }

  private static Tensor filters() {
    return MelFilters.of(MelFrontEndConfig.PANNS.spectrum().mel()).t().contiguous();
  }

  private static Naming.Constant transform(String part, boolean imaginary) {
    return computed(
        "spectrogram_extractor.stft.%s.weight".formatted(part),
        () -> waves(imaginary),
        STFT.bins(),
        1,
        STFT.fftLength());
  }

  /** Hann's window times cosines, or sines downwards. */
  private static Tensor waves(boolean imaginary) {
    int length = STFT.fftLength();
    float[] values = new float[STFT.bins() * length];
    for (int bin = 0; bin < STFT.bins(); bin++) {
      for (int i = 0; i < length; i++) {
        double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
        // Reduced, so that the angle keeps its digits.
        double angle = -2 * Math.PI * ((long) bin * i % length) / length;
        values[bin * length + i] =
            (float) (window * (imaginary ? Math.sin(angle) : Math.cos(angle)));
      }
    }
    return Tensors.of(values, STFT.bins(), 1, length);
  }
}
