package kinetone.latent;

import java.util.function.BiFunction;
import java.util.function.Function;
import kinetone.tensor.Rng;

/**
 * How a kind of codec is kept on disk.
 *
 * @param type the name in {@code config.json}
 * @param configType the configuration record
 * @param build makes a codec with fresh weights
 * @param config the configuration of a codec
 * @param <C> configuration
 * @param <K> codec
 */
public record CodecFormat<C, K extends Codec>(
    String type, Class<C> configType, BiFunction<C, Rng, K> build, Function<K, C> config) {}
