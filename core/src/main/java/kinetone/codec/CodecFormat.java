package kinetone.codec;

import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How a kind of codec is kept on disk.
 *
 * @param type the name in {@code config.json}
 * @param configType the configuration record
 * @param layout what latents of such a configuration look like
 * @param build makes a codec with fresh weights
 * @param config the configuration of a codec
 * @param rest what else the folder holds
 * @param <C> configuration
 * @param <K> codec
 */
public record CodecFormat<C, K extends Codec>(
    String type,
    Class<C> configType,
    Function<C, ? extends Layout> layout,
    BiFunction<C, Rng, K> build,
    Function<K, C> config,
    Rest<K> rest) {
  /**
   * What the folder of a codec holds beside its own network.
   *
   * @param <K> codec
   */
  public interface Rest<K> {
    /** Writes it. */
    void write(Path folder, K codec, ScalarType dtype);

    /** Adds it to {@code codec}, which has its weights. */
    K read(Path folder, K codec);
  }

  private static final class Nothing<K> implements Rest<K> {
    @Override
    public void write(Path folder, K codec, ScalarType dtype) {}

    @Override
    public K read(Path folder, K codec) {
      return codec;
    }
  }

  /** A codec that is one network with a configuration. */
  public CodecFormat(
      String type,
      Class<C> configType,
      Function<C, ? extends Layout> layout,
      BiFunction<C, Rng, K> build,
      Function<K, C> config) {
    this(type, configType, layout, build, config, new Nothing<>());
  }
}
