package kinetone.checkpoint.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the converters of public code ({@code goldens/naming.py}), and there and back. */
class NamingTest {
  private static final List<String> PREFIXES = List.of("", "module.", "first_stage_model.");

  @TempDir Path folder;

  @Test
  void compvis_names_become_what_diffusers_converter_makes_of_them() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> expected = golden("kl-diffusers");
      Map<String, Tensor> original = golden("kl-compvis");
      assertSame(read(original, expected, KlNaming.diffusers(), KlNaming.compVis(3)), expected);
      assertSame(written(expected, KlNaming.compVis(3)), original);
      refused(original, expected, KlNaming.compVis(2), "decoder.up.1.block.0.conv1.bias has shape");
      refused(original, expected, KlNaming.diffusers(), "missing decoder.conv_norm_out.bias");
    }
  }

  @Test
  void weight_normalisation_is_folded_as_pytorch_does() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> expected = golden("hifigan-plain");
      Map<String, Tensor> normed = golden("hifigan-norm");
      Map<String, Tensor> folded = read(normed, expected, HifiGanNaming.weightNorm());
      expected.forEach(
          (name, tensor) -> assertThat(error(folded.get(name), tensor)).as(name).isLessThan(1e-6));
      Tensor g = normed.get("ups.0.weight_g");
      Tensor v = normed.get("ups.0.weight_v");
      Tensor otherAxis = v.mul(g.div(torch.norm_except_dim(v, 2, 1)));
      assertThat(error(otherAxis, expected.get("ups.0.weight")))
          .as("norm per output")
          .isGreaterThan(0.01);
    }
  }

  @Test
  void dit_becomes_what_diffusers_script_makes_of_it() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> ours = new LinkedHashMap<>();
      goldenOf("/goldens/dit/dit.safetensors")
          .forEach(
              (name, tensor) -> {
                if (name.startsWith("weights.")) {
                  ours.put(name.substring(8), tensor.to(ScalarType.Half));
                }
              });
      Map<String, Tensor> expected = golden("dit-diffusers");
      assertSame(written(ours, new DitDiffusers(2)), expected);
      Map<String, Tensor> read = read(expected, ours, new DitDiffusers(2));
      ours.remove("pos_embed");
      assertSame(read, ours);

      Map<String, Tensor> unequal = new LinkedHashMap<>(expected);
      unequal.replaceAll(
          (name, t) ->
              name.equals("transformer_blocks.1.norm1.emb.timestep_embedder.linear_1.bias")
                  ? t.add(new Scalar(1))
                  : t);
      refused(unequal, ours, new DitDiffusers(2), "differ, though the network has one");
    }
  }

  static Stream<Arguments> namings() {
    return Stream.of(
        Arguments.of(KlNaming.diffusers(), "kl-diffusers"),
        Arguments.of(KlNaming.earlierDiffusers(), "kl-diffusers"),
        Arguments.of(KlNaming.compVis(3), "kl-diffusers"),
        Arguments.of(HifiGanNaming.plain(), "hifigan-plain"),
        Arguments.of(HifiGanNaming.weightNorm(), "hifigan-plain"),
        Arguments.of(HifiGanNaming.parametrized(), "hifigan-plain"),
        Arguments.of(HifiGanNaming.transformers(), "hifigan-plain"),
        Arguments.of(Naming.same("original"), "kl-diffusers"));
  }

  @ParameterizedTest
  @MethodSource("namings")
  void there_and_back_is_the_same(Naming naming, String network) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> ours = golden(network);
      // A row of zeros has no direction that weight normalisation could keep.
      ours.values().iterator().next().zero_();
      Map<String, Tensor> theirs = written(ours, naming);
      assertSame(read(theirs, ours, naming), ours);
      for (String prefix : PREFIXES) {
        Map<String, Tensor> prefixed = new LinkedHashMap<>();
        theirs.forEach((name, t) -> prefixed.put(prefix + name, t));
        assertSame(read(prefixed, ours, naming), ours);
        assertSame(written(read(prefixed, ours, naming), naming), theirs);
      }
    }
  }

  @Test
  void every_fault_of_the_names_is_named() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> ours = golden("kl-diffusers");
      Map<String, Tensor> wrong = new LinkedHashMap<>(golden("kl-compvis"));
      wrong.remove("encoder.mid.attn_1.q.weight");
      refused(wrong, ours, KlNaming.compVis(3), "missing encoder.mid.attn_1.q.weight");
      wrong.put("encoder.surplus", ours.get("quant_conv.bias"));
      refused(wrong, ours, KlNaming.compVis(3), "unexpected encoder.surplus");
      wrong.put("quant_conv.bias", Tensors.of(new float[3], 3));
      refused(wrong, ours, KlNaming.compVis(3), "quant_conv.bias has shape [3], expected [4]");
      wrong.put("quant_conv.bias", Tensors.of(new long[4], 4));
      refused(wrong, ours, KlNaming.compVis(3), "quant_conv.bias holds numbers of type Long");
      for (int i = 0; i < 7; i++) {
        wrong.put("surplus" + i, ours.get("quant_conv.bias"));
      }
      refused(wrong, ours, KlNaming.compVis(3), "and 5 more");
      Map<String, Tensor> broken = new LinkedHashMap<>(golden("kl-compvis"));
      broken.replaceAll((name, t) -> name.equals("quant_conv.bias") ? t.div(new Scalar(0)) : t);
      refused(
          broken, ours, KlNaming.compVis(3), "quant_conv.bias holds numbers that are not finite");
      refused(
          Map.of("other", ours.get("quant_conv.bias")),
          ours,
          KlNaming.compVis(3),
          "holds none of the network's");
    }
  }

  @Test
  void what_lies_beside_the_autoencoder_in_a_whole_system_is_left_alone() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> ours = golden("kl-diffusers");
      Map<String, Tensor> system = new LinkedHashMap<>();
      golden("kl-compvis").forEach((name, t) -> system.put("first_stage_model." + name, t));
      golden("hifigan-plain")
          .forEach((name, t) -> system.put("first_stage_model.vocoder." + name, t));
      system.put("model.diffusion_model.out.bias", ours.get("quant_conv.bias"));
      system.put("scale_factor", Tensors.of(new float[] {0.9f}, 1));
      assertSame(read(system, ours, KlNaming.compVis(3)), ours);
      Map<String, Tensor> vocoder = golden("hifigan-plain");
      try (TensorFile file = file(system)) {
        Conversion found =
            Conversion.find(
                file,
                "system",
                entries(vocoder),
                List.of(""),
                List.of("", "first_stage_model.vocoder."),
                List.of(HifiGanNaming.plain()));
        assertSame(values(found.tensors()), vocoder);
      }
    }
  }

  @Test
  void tensors_that_follow_from_the_configuration_are_compared_and_dropped() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      // A grid of 3 × 2 tokens has (2·3−1)(2·2−1)+3 = 18 biases per head.
      Map<String, Tensor> ours =
          Map.of("blocks.0.attn.rel_pos_bias.relative_position_bias_table", rng.normal(18, 2));
      String index = "blocks.0.attn.rel_pos_bias.relative_position_index";
      Map<String, Tensor> theirs = written(ours, new MdsgenNaming(3, 2));
      // torch.meshgrid of BEiT's code, by hand for tokens 0 = (0, 0) and 5 = (2, 1).
      assertThat(Tensors.toLongs(theirs.get(index).narrow(0, 0, 1)))
          .containsExactly(7, 6, 4, 3, 1, 0);
      assertThat(Tensors.toLongs(theirs.get(index).narrow(0, 5, 1)))
          .containsExactly(14, 13, 11, 10, 8, 7);
      assertSame(read(theirs, ours, new MdsgenNaming(3, 2)), ours);
      refused(theirs, ours, new MdsgenNaming(2, 3), "holds other numbers");

      Map<String, Tensor> vocoder = golden("hifigan-plain");
      Map<String, Tensor> scaled = written(vocoder, HifiGanNaming.transformers());
      scaled.put("mean", scaled.get("mean").add(new Scalar(1)));
      refused(scaled, vocoder, HifiGanNaming.transformers(), "mean holds other numbers");

      Map<String, Tensor> norm = Map.of("video_encoder.bn.running_var", rng.normal(4).abs());
      DiffFoleyNaming naming = new DiffFoleyNaming(Set.of("spec_encoder."));
      Map<String, Tensor> counted = written(norm, naming);
      assertThat(counted).containsKey("video_encoder.bn.num_batches_tracked");
      counted.put("video_encoder.bn.num_batches_tracked", Tensors.of(new long[] {9}));
      counted.put("spec_encoder.fc1.bias", rng.normal(3));
      assertSame(read(counted, norm, naming), norm);
      refused(counted, norm, new DiffFoleyNaming(Set.of()), "unexpected spec_encoder.fc1.bias");
    }
  }

  private Map<String, Tensor> read(
      Map<String, Tensor> theirs, Map<String, Tensor> network, Naming... namings) {
    try (TensorFile file = file(theirs)) {
      return values(
          Conversion.find(
                  file, "file", entries(network), List.of("ema", ""), PREFIXES, List.of(namings))
              .tensors());
    }
  }

  private TensorFile file(Map<String, Tensor> tensors) {
    Path path = folder.resolve("tensors.safetensors");
    SafeTensors.write(path, tensors, Map.of());
    return SafeTensors.open(path);
  }

  private static Map<String, Tensor> written(Map<String, Tensor> ours, Naming naming) {
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    ours.forEach((name, tensor) -> deferred.put(name, Deferred.of(tensor)));
    return values(Conversion.layOut(deferred, naming, ""));
  }

  private void refused(
      Map<String, Tensor> theirs, Map<String, Tensor> network, Naming naming, String message) {
    KinetoneException e =
        catchThrowableOfType(KinetoneException.class, () -> read(theirs, network, naming));
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
    assertThat(e.getMessage().lines()).hasSize(1);
    assertThat(e).hasMessageContaining(message);
  }

  private static Map<String, Tensor> values(Map<String, Deferred> deferred) {
    Map<String, Tensor> result = new LinkedHashMap<>();
    deferred.forEach((name, tensor) -> result.put(name, tensor.values().get()));
    return result;
  }

  private static Map<String, TensorFile.Entry> entries(Map<String, Tensor> tensors) {
    Map<String, TensorFile.Entry> result = new LinkedHashMap<>();
    tensors.forEach(
        (name, t) -> result.put(name, new TensorFile.Entry(t.scalar_type().intern(), t.shape())));
    return result;
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(actual.get(name).equal(tensor)).as(name).isTrue();
        });
  }

  private static double error(Tensor actual, Tensor expected) {
    return actual.sub(expected).abs().max().item_float() / expected.abs().max().item_float();
  }

  private static Map<String, Tensor> golden(String name) {
    return goldenOf("/goldens/naming/" + name + ".safetensors");
  }

  private static Map<String, Tensor> goldenOf(String resource) {
    try {
      return SafeTensors.read(Path.of(NamingTest.class.getResource(resource).toURI())).tensors();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
