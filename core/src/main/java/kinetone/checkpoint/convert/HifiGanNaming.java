package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * HiFi-GAN's generator. Kinetone's names are those of jik876/hifi-gan once weight normalisation is
 * removed; its training checkpoints hold lengths and directions, and transformers' {@code
 * SpeechT5HifiGan} calls the transposed convolutions otherwise.
 */
public final class HifiGanNaming implements Naming {
  private enum Family {
    PLAIN,
    WEIGHT_NORM,
    PARAMETRIZED,
    TRANSFORMERS
  }

  private static final String WEIGHT = ".weight";

  private final Family family;

  private HifiGanNaming(Family family) {
    this.family = family;
  }

  /** Kinetone's own; also AudioLDM's, below {@code first_stage_model.vocoder.}. */
  public static HifiGanNaming plain() {
    return new HifiGanNaming(Family.PLAIN);
  }

  /** {@code weight_g} and {@code weight_v}. */
  public static HifiGanNaming weightNorm() {
    return new HifiGanNaming(Family.WEIGHT_NORM);
  }

  /** As PyTorch names length and direction since 2.1. */
  public static HifiGanNaming parametrized() {
    return new HifiGanNaming(Family.PARAMETRIZED);
  }

  /** {@code upsampler}, and a mean and scale that must change nothing. */
  public static HifiGanNaming transformers() {
    return new HifiGanNaming(Family.TRANSFORMERS);
  }

  @Override
  public String label() {
    return switch (family) {
      case PLAIN -> "jik876 without weight normalisation";
      case WEIGHT_NORM, PARAMETRIZED -> "jik876";
      case TRANSFORMERS -> "transformers";
    };
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    // Every convolution is normalised, and nothing else has more than one axis.
    boolean convolution = name.endsWith(WEIGHT) && shape.length == 3;
    String stem = name.substring(0, name.length() - (convolution ? WEIGHT.length() : 0));
    return Optional.of(
        switch (family) {
          case PLAIN -> new Layout.Renamed(name, shape);
          case WEIGHT_NORM ->
              convolution
                  ? new Layout.WeightNorm(stem + ".weight_g", stem + ".weight_v", shape)
                  : new Layout.Renamed(name, shape);
          case PARAMETRIZED ->
              convolution
                  ? new Layout.WeightNorm(
                      stem + ".parametrizations.weight.original0",
                      stem + ".parametrizations.weight.original1",
                      shape)
                  : new Layout.Renamed(name, shape);
          case TRANSFORMERS ->
              new Layout.Renamed(name.replaceFirst("^ups\\.", "upsampler."), shape);
        });
  }

  @Override
  public List<Constant> constants(Map<String, TensorFile.Entry> network) {
    TensorFile.Entry first = network.get("conv_pre.weight");
    if (family != Family.TRANSFORMERS || first == null) {
      return List.of();
    }
    long[] bands = {first.shape()[1]};
    return List.of(
        new Constant("mean", ScalarType.Float, bands, true, () -> torch.zeros(bands)),
        new Constant("scale", ScalarType.Float, bands, true, () -> torch.ones(bands)));
  }
}
