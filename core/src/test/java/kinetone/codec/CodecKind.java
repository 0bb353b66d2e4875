package kinetone.codec;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kinetone.latent.GainShape;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.MelChannel;
import kinetone.latent.kl.Tiling;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A small codec of one kind, and what is true of its kind.
 *
 * @param name for people
 * @param format on disk
 * @param config of the codec
 * @param build makes it
 * @param statistics of its latents
 * @param lengths of signals that it codes
 * @param traits what else is true of it
 */
record CodecKind<C, K extends Codec>(
    String name,
    CodecFormat<C, K> format,
    C config,
    BiFunction<C, Rng, K> build,
    LatentStatistics statistics,
    List<Integer> lengths,
    Set<Trait> traits) {
  private static final int HEIGHT = 8;
  private static final int WIDTH = 12;

  /** What is true of some kinds. */
  enum Trait {
    /** No latent depends on what comes after it, and no signal on later latents. */
    CAUSAL,
    /** Latents come piece by piece. */
    STREAMS,
    /** Decoding draws. */
    DRAWS,
    /** Decodes to more than its latents stand for. */
    GOES_ON
  }

  /** At least one for each of {@link Codecs#FORMATS}. */
  static Stream<CodecKind<?, ?>> all() {
    return Stream.of(
        of(CausalVideoCodec.FORMAT, SmallCodecs.CAUSAL_VIDEO, statistics(3), List.of(9, 1, 5))
            .with(Trait.CAUSAL),
        of(FramewiseCodec.FORMAT, SmallCodecs.PICTURES, statistics(3), List.of(4, 1, 3))
            .with(Trait.CAUSAL),
        of(OpenSoraCodec.FORMAT, SmallCodecs.OPEN_SORA, statistics(3), List.of(15, 1, 3, 5, 8)),
        of(
                OpenSoraCodec.FORMAT,
                SmallCodecs.OPEN_SORA.withTiling(new Tiling(4, 2)),
                statistics(3),
                List.of(8, 1))
            .named("OpenSoraAutoencoder in squares"),
        of(CausalAudioCodec.FORMAT, SmallCodecs.CAUSAL_AUDIO, split(5), List.of(48, 1, 7, 8, 41))
            .with(Trait.CAUSAL, Trait.STREAMS),
        of(MelCodec.FORMAT, SmallCodecs.MEL, statistics(3), List.of(320, 64, 335, 351))
            .with(Trait.DRAWS, Trait.GOES_ON),
        of(
                MelCodec.FORMAT,
                SmallCodecs.melPictures(MelChannel.G),
                statistics(3),
                List.of(320, 64, 335, 351))
            .named("MelCodec of pictures")
            .with(Trait.DRAWS, Trait.GOES_ON),
        of(MelCodec.FORMAT, SmallCodecs.MEL, statistics(3), List.of(320, 64, 335, 351))
            .named("MelCodec with a vocoder")
            .built(SmallCodecs::withVocoder)
            .with(Trait.GOES_ON));
  }

  private static <C, K extends Codec> CodecKind<C, K> of(
      CodecFormat<C, K> format, C config, LatentStatistics statistics, List<Integer> lengths) {
    return new CodecKind<>(
        format.type(), format, config, format.build(), statistics, lengths, Set.of());
  }

  private CodecKind<C, K> named(String other) {
    return new CodecKind<>(other, format, config, build, statistics, lengths, traits);
  }

  private CodecKind<C, K> built(BiFunction<C, Rng, K> other) {
    return new CodecKind<>(name, format, config, other, statistics, lengths, traits);
  }

  private CodecKind<C, K> with(Trait... present) {
    return new CodecKind<>(name, format, config, build, statistics, lengths, Set.of(present));
  }

  boolean is(Trait trait) {
    return traits.contains(trait);
  }

  /** A codec with fresh weights; make it outside of scopes. */
  K fresh() {
    try (Rng rng = new Rng(11)) {
      return build.apply(config, rng);
    }
  }

  /** Writes {@code codec}, one of this kind. */
  void write(Path folder, K codec, LatentStatistics of) {
    CodecFolder.save(folder, format, codec, of, ScalarType.Float);
  }

  /** Writes a fresh codec. */
  void write(Path folder) {
    try (K codec = fresh()) {
      write(folder, codec, statistics);
    }
  }

  Layout layout() {
    return format.layout().apply(config);
  }

  boolean ofPictures() {
    return layout() instanceof VideoLayout;
  }

  /** A batch of signals of {@code length}. */
  Tensor signal(int batch, int length, Rng rng) {
    Tensor uniform =
        ofPictures() ? rng.uniform(batch, length, HEIGHT, WIDTH, 3) : rng.uniform(batch, length);
    return uniform.mul(new Scalar(2.0)).sub(new Scalar(1.0));
  }

  /** What the layout says of the shape of the latents of {@link #signal}. */
  long[] latentShape(int batch, int length) {
    Layout layout = layout();
    int[] inner =
        layout instanceof VideoLayout video
            ? video.latent(length, HEIGHT, WIDTH)
            : ((AudioLayout) layout).latent(length);
    return LongStream.concat(
            LongStream.concat(LongStream.of(batch), Arrays.stream(inner).asLongStream()),
            LongStream.of(layout.channels()))
        .toArray();
  }

  /** What the shape of {@link #signal} is. */
  long[] signalShape(int batch, int length) {
    return ofPictures() ? new long[] {batch, length, HEIGHT, WIDTH, 3} : new long[] {batch, length};
  }

  static LatentStatistics statistics(int channels) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int i = 0; i < channels; i++) {
      mean[i] = 0.1f * i;
      deviation[i] = 0.5f + 0.25f * i;
    }
    return new LatentStatistics(mean, deviation);
  }

  /** Of latents that are split into gain and shape, so that there is one channel more. */
  private static LatentStatistics split(int channels) {
    LatentStatistics plain = statistics(channels + 1);
    return new LatentStatistics(plain.mean(), plain.standardDeviation(), new GainShape(1, 1e-3, 2));
  }

  @Override
  public String toString() {
    return name;
  }
}
