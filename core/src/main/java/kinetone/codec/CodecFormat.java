package kinetone.codec;

import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import kinetone.tensor.Rng;

/**
 * How a kind of codec is kept on disk.
 *
 * @param type the name in {@code config.json}
 * @param configType the configuration record
 * @param layout what latents of such a configuration look like
 * @param build makes a codec with fresh weights
 * @param config the configuration of a codec
 * @param completed adds to a codec with its weights what else its folder holds
 * @param <C> configuration
 * @param <K> codec
 */
public record CodecFormat<C, K extends Codec>(
    String type,
    Class<C> configType,
    Function<C, ? extends Layout> layout,
    BiFunction<C, Rng, K> build,
    Function<K, C> config,
    BiFunction<K, Path, K> completed) {
  /** A codec that is one network with a configuration. */
  public CodecFormat(
      String type,
      Class<C> configType,
      Function<C, ? extends Layout> layout,
      BiFunction<C, Rng, K> build,
      Function<K, C> config) {
    this(type, configType, layout, build, config, (codec, folder) -> codec);
  }
}
