package kinetone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.Json;
import kinetone.codec.CodecKind.Trait;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.latent.LatentStatistics;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What pipelines, preparation and training rely on, whichever codec there is. */
class CodecContractTest {
  private static final String KINDS = "kinetone.codec.CodecKind#all";

  /** Of float32 through some layers, whose sums are taken in another order in other batches. */
  private static final double TOLERANCE = 5e-6;

  @TempDir Path folder;
  private final Rng rng = new Rng(5);

  @AfterEach
  void close() {
    rng.close();
  }

  @Test
  void every_format_is_tried_here() {
    Set<CodecFormat<?, ?>> tried = new HashSet<>();
    CodecKind.all().forEach(kind -> tried.add(kind.format()));
    assertThat(tried).isEqualTo(Set.copyOf(Codecs.FORMATS));
    assertThat(Codecs.FORMATS.stream().map(CodecFormat::type)).doesNotHaveDuplicates();
  }

  /** What is done with an open codec, within a scope. */
  private interface Trial {
    void on(LatentCodec<?> opened);
  }

  private void trial(CodecKind<?, ?> kind, Trial trial) {
    kind.write(folder);
    try (LatentCodec<?> opened = Codecs.open(folder)) {
      opened.codec().ready(new Device("cpu"));
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        trial.on(opened);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  <C, K extends Codec> void it_comes_back_from_its_folder(CodecKind<C, K> kind) {
    int length = kind.lengths().get(0);
    try (K codec = kind.fresh()) {
      kind.write(folder, codec, kind.statistics());
      try (LatentCodec<K> loaded = CodecFolder.load(folder, kind.format());
          LatentCodec<?> opened = Codecs.open(folder);
          TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        assertThat(kind.format().config().apply(loaded.codec())).isEqualTo(kind.config());
        assertThat(opened.codec()).isExactlyInstanceOf(codec.getClass());
        assertThat(opened.codec().layout()).isEqualTo(kind.layout()).isEqualTo(codec.layout());
        assertThat(opened.statistics()).usingRecursiveComparison().isEqualTo(kind.statistics());
        assertThat(opened.codec().modules()).hasSameSizeAs(codec.modules());
        for (int i = 0; i < codec.modules().size(); i++) {
          assertSameWeights(opened.codec().modules().get(i), codec.modules().get(i));
        }
        Tensor signal = kind.signal(1, length, rng);
        Tensor latent = codec.encode(signal);
        assertThat(Causality.distance(opened.codec().encode(signal), latent)).isZero();
        assertThat(
                Causality.distance(
                    decoded(opened.codec(), latent, length, 3), decoded(codec, latent, length, 3)))
            .isZero();
      }
    }
  }

  private static void assertSameWeights(Module actual, Module expected) {
    Map<String, Tensor> weights = StateDict.of(actual);
    Map<String, Tensor> others = StateDict.of(expected);
    assertThat(weights).containsOnlyKeys(others.keySet());
    weights.forEach((name, t) -> assertThat(t.equal(others.get(name))).as(name).isTrue());
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void it_is_opened_as_what_it_is_and_refused_as_what_it_is_not(CodecKind<?, ?> kind)
      throws IOException {
    kind.write(folder);
    try (LatentCodec<?> opened =
        kind.ofPictures() ? Codecs.openVideo(folder) : Codecs.openAudio(folder)) {
      assertThat(opened.codec())
          .isInstanceOf(kind.ofPictures() ? VideoCodec.class : AudioCodec.class);
    }
    Layout described =
        kind.ofPictures()
            ? Codecs.describeVideo(folder).video()
            : Codecs.describeAudio(folder).audio();
    assertThat(described).isEqualTo(kind.layout());
    String type = kind.format().type();
    String message =
        folder
            + " holds a "
            + type
            + "; expected is a codec of "
            + (kind.ofPictures() ? "sound" : "pictures");
    // Before hundreds of megabytes are read.
    Files.delete(folder.resolve("model.safetensors"));
    refused(
        kind.ofPictures() ? () -> Codecs.openAudio(folder) : () -> Codecs.openVideo(folder),
        message);
    refused(
        kind.ofPictures() ? () -> Codecs.describeAudio(folder) : () -> Codecs.describeVideo(folder),
        message);
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void it_is_described_without_its_weights(CodecKind<?, ?> kind) throws IOException {
    kind.write(folder);
    CodecDescription expected;
    try (LatentCodec<?> opened = Codecs.open(folder)) {
      expected = opened.description();
    }
    Files.delete(folder.resolve("model.safetensors"));
    CodecDescription described = Codecs.describe(folder);
    assertThat(described).usingRecursiveComparison().isEqualTo(expected);
    assertThat(described.layout()).isEqualTo(kind.layout());
    assertThat(described.channels()).isEqualTo(kind.statistics().channels());
    refused(() -> Codecs.open(folder), "model.safetensors is missing");
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  <C, K extends Codec> void statistics_of_other_channels_are_refused(CodecKind<C, K> kind)
      throws IOException {
    LatentStatistics others = LatentStatistics.identity(kind.layout().channels() + 1);
    String message =
        "latent statistics have %d channels but the codec has %d"
            .formatted(kind.layout().channels() + 1, kind.layout().channels());
    try (K codec = kind.fresh()) {
      refused(() -> kind.write(folder, codec, others), message);
      assertThat(folder).isEmptyDirectory();
      kind.write(folder, codec, kind.statistics());
    }
    Path file = folder.resolve("config.json");
    ObjectNode root = (ObjectNode) Json.MAPPER.readTree(file.toFile());
    ((ObjectNode) root.get("config")).set("statistics", Json.MAPPER.valueToTree(others));
    Files.writeString(file, Json.MAPPER.writeValueAsString(root));
    refused(() -> Codecs.open(folder), message);
    refused(() -> Codecs.describe(folder), message);
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void signals_become_latents_of_the_promised_shape_and_come_back_in_their_length(
      CodecKind<?, ?> kind) {
    trial(
        kind,
        opened -> {
          for (int length : kind.lengths()) {
            Tensor latent = opened.codec().encode(kind.signal(2, length, rng));
            assertThat(latent.shape()).isEqualTo(kind.latentShape(2, length));
            Tensor back = opened.codec().decode(latent, length, rng);
            assertThat(back.shape()).isEqualTo(kind.signalShape(2, length));
            assertThat(torch.isfinite(back).all().item_bool()).isTrue();
          }
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void any_shorter_length_is_the_beginning_and_more_is_refused_unless_it_goes_on(
      CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    trial(
        kind,
        opened -> {
          Tensor latent = opened.codec().encode(kind.signal(1, length, rng));
          Tensor whole = decoded(opened.codec(), latent, length, 3);
          for (int shorter : new int[] {1, length / 2, length - 1}) {
            Tensor beginning = decoded(opened.codec(), latent, shorter, 3);
            assertThat(beginning.shape()).isEqualTo(kind.signalShape(1, shorter));
            if (!kind.is(Trait.DRAWS)) {
              assertThat(error(beginning, whole.narrow(1, 0, shorter))).isLessThan(TOLERANCE);
            }
          }
          long beyond = kind.layout().time().boundary((int) latent.size(1)) + 1;
          if (kind.is(Trait.GOES_ON)) {
            assertThat(decoded(opened.codec(), latent, beyond, 3).size(1)).isEqualTo(beyond);
          } else {
            refused(
                () -> decoded(opened.codec(), latent, beyond, 3), "but " + beyond + " are wanted");
          }
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void standardised_latents_have_the_channels_of_the_description(CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    trial(
        kind,
        opened -> {
          Tensor signal = kind.signal(2, length, rng);
          Tensor raw = opened.codec().encode(signal);
          Tensor latent = opened.encode(signal);
          assertThat(latent.size(-1)).isEqualTo(opened.description().channels());
          assertThat(Causality.distance(latent, kind.statistics().standardise(raw))).isZero();
          Tensor back;
          try (Rng draws = new Rng(3)) {
            back = opened.decode(latent, length, draws);
          }
          Tensor restored = kind.statistics().restore(latent);
          assertThat(Causality.distance(restored, raw)).isLessThan(1e-5);
          assertThat(Causality.distance(back, decoded(opened.codec(), restored, length, 3)))
              .isZero();
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void what_is_alone_or_among_others_is_the_same(CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    trial(
        kind,
        opened -> {
          Codec codec = opened.codec();
          Tensor signals = kind.signal(2, length, rng);
          Tensor latents = codec.encode(signals);
          try (Rng together = new Rng(3);
              Rng inTurn = new Rng(3)) {
            Tensor back = codec.decode(latents, length, together);
            for (int b = 0; b < 2; b++) {
              Tensor latent = codec.encode(signals.narrow(0, b, 1));
              assertThat(Causality.distance(latent, latents.narrow(0, b, 1))).isLessThan(TOLERANCE);
              Tensor alone = codec.decode(latents.narrow(0, b, 1), length, inTurn);
              assertThat(error(alone, back.narrow(0, b, 1))).isLessThan(TOLERANCE);
            }
            assertThat(together.state()).isEqualTo(inTurn.state());
          }
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void coding_is_a_function_of_its_input_and_the_seed(CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    trial(
        kind,
        opened -> {
          Tensor signal = kind.signal(1, length, rng);
          Tensor latent = opened.codec().encode(signal);
          assertThat(Causality.distance(opened.codec().encode(signal), latent)).isZero();
          Tensor first = decoded(opened.codec(), latent, length, 3);
          assertThat(Causality.distance(decoded(opened.codec(), latent, length, 3), first))
              .isZero();
          double other = Causality.distance(decoded(opened.codec(), latent, length, 4), first);
          byte[] before = rng.state();
          opened.codec().decode(latent, length, rng);
          if (kind.is(Trait.DRAWS)) {
            assertThat(other).isPositive();
            assertThat(rng.state()).isNotEqualTo(before);
          } else {
            assertThat(other).isZero();
            assertThat(rng.state()).isEqualTo(before);
          }
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void boundaries_rise_from_zero_and_end_with_the_signal(CodecKind<?, ?> kind) {
    TimeLayout time = kind.layout().time();
    long[] boundaries = time.boundaries(40);
    assertThat(boundaries).hasSize(41).startsWith(0).isSorted().doesNotHaveDuplicates();
    for (int length : kind.lengths()) {
      int latents = time.latents(length);
      long last = time.boundary(latents) - time.boundary(latents - 1);
      assertThat(time.boundary(latents)).isBetween(length - last + 1, length + last - 1);
      if (!kind.is(Trait.GOES_ON)) {
        assertThat(time.boundary(latents)).isGreaterThanOrEqualTo(length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void latents_and_signal_belong_together_where_the_layout_says(CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    TimeLayout time = kind.layout().time();
    trial(
        kind,
        opened -> {
          Codec codec = opened.codec();
          Tensor signal = kind.signal(6, length, rng);
          Tensor latent = codec.encode(signal);
          for (int n = 0; n < latent.size(1); n++) {
            long first = time.boundary(n);
            long end = Math.min(length, time.boundary(n + 1));
            // Not exactly: windows of spectra and kernels of untrained networks overlap.
            Tensor changed = signal.clone();
            changed.narrow(1, first, end - first).zero_();
            assertThat(most(codec.encode(changed), latent)).isBetween(n - 2L, n + 2L);
            if (kind.is(Trait.CAUSAL)) {
              assertThat(Causality.firstChange(codec::encode, signal, first)).isEqualTo(n);
              assertThat(Causality.firstChange(codec::encode, signal, end - 1)).isEqualTo(n);
              assertThat(Causality.firstChange(z -> codec.decode(z, length, rng), latent, n))
                  .isEqualTo(first);
            }
          }
        });
  }

  /** The time position at which two tensors differ most, by their squares. */
  private static long most(Tensor a, Tensor b) {
    Tensor difference = a.sub(b).square().transpose(0, 1);
    return difference.reshape(difference.size(0), -1).sum(1).argmax().item_long();
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void latents_piece_by_piece_sound_as_in_one(CodecKind<?, ?> kind) {
    int length = kind.lengths().get(0);
    trial(
        kind,
        opened -> {
          if (!(opened.codec() instanceof AudioCodec codec)) {
            assertThat(kind.is(Trait.STREAMS)).isFalse();
            return;
          }
          assertThat(codec.stream().isPresent()).isEqualTo(kind.is(Trait.STREAMS));
          if (!kind.is(Trait.STREAMS)) {
            return;
          }
          Tensor latent = codec.encode(kind.signal(2, length, rng));
          Tensor whole = codec.decode(latent, length, rng);
          // Two at a time, and nothing of one in the other.
          try (AudioCodec.Stream stream = codec.stream().orElseThrow();
              AudioCodec.Stream other = codec.stream().orElseThrow()) {
            TensorVector pieces = new TensorVector();
            long at = 0;
            for (long piece : new long[] {1, 3, latent.size(1) - 4}) {
              pieces.push_back(stream.next(latent.narrow(1, at, piece)));
              other.next(latent.narrow(1, at, piece).neg());
              at += piece;
            }
            Tensor joined = torch.cat(pieces, 1);
            assertThat(joined.size(1)).isEqualTo(codec.layout().time().boundary((int) at));
            assertThat(Causality.distance(joined.narrow(1, 0, length), whole)).isLessThan(1e-5);
          }
        });
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void when_ready_no_network_is_in_training(CodecKind<?, ?> kind) {
    trial(
        kind,
        opened -> {
          assertThat(opened.codec().modules().get(0)).isSameAs(opened.codec().module());
          assertThat(opened.codec().modules()).noneMatch(Module::is_training);
        });
  }

  /** The largest difference, relative to the largest number where that is above one. */
  private static double error(Tensor actual, Tensor expected) {
    return Causality.distance(actual, expected) / Math.max(1, expected.abs().max().item_double());
  }

  private static Tensor decoded(Codec codec, Tensor latent, long length, long seed) {
    try (Rng draws = new Rng(seed)) {
      return codec.decode(latent, length, draws);
    }
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}
