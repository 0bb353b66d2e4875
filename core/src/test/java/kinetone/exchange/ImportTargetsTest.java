package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.cat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.convert.Conversion;
import kinetone.checkpoint.convert.HifiGanNaming;
import kinetone.checkpoint.convert.KlNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.feature.cavp.Cnn14Config;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.nn.Golden;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFilterBank;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.vocoder.Formula;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Narrow networks with the weights and the answers of public code ({@code goldens/autoencoder_kl},
 * {@code vocoder}, {@code mdsgen} and {@code cavp}), in files as that code writes them.
 */
class ImportTargetsTest {
  private static final AutoencoderKlConfig PICTURE =
      new AutoencoderKlConfig(
          3, List.of(4, 8, 12, 12), 1, true, 4, 4, 0, 1, Regularisation.kl(1e-6));
  private static final AutoencoderKlConfig MEL =
      new AutoencoderKlConfig(1, List.of(4, 8, 12), 2, true, 2, 3, 0, 1, Regularisation.kl(1e-6));
  private static final MdsgenConfig MDSGEN = mdsgen(12, 8);
  private static final CavpConfig CAVP =
      new CavpConfig(
          40,
          4,
          12,
          new ResNet3dConfig(4, List.of(1, 2, 2, 1), List.of(false, false, true, true), 1, 7, true),
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(2, 2, 2),
                  new Cnn14Config.Level(3, 2, 2),
                  new Cnn14Config.Level(4, 2, 2),
                  new Cnn14Config.Level(6, 2, 2),
                  new Cnn14Config.Level(8, 1, 2),
                  new Cnn14Config.Level(10, 1, 1)),
              0.2));

  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;

  /**
   * A network of {@link ImportTargets}.
   *
   * @param name of the target
   * @param config for {@code --config}
   * @param original weights under the names of the original code
   * @param group and prefix of these in its checkpoints
   * @param last a tensor that everything passes
   * @param error of what the network in a folder answers, against the original code
   */
  private record Case(
      String name,
      Object config,
      java.util.function.Supplier<Map<String, Tensor>> original,
      List<String> group,
      String prefix,
      String last,
      ToDoubleFunction<Path> error) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "sd-vae",
            new StoredAutoencoder(PICTURE, null),
            () -> laidOut(weights("kl", "picture"), KlNaming.compVis(4)),
            List.of("state_dict"),
            "",
            "decoder.conv_out.bias",
            at -> decoded(at, "picture")),
        new Case(
            "audioldm-vae",
            new StoredAutoencoder(MEL, null),
            () -> laidOut(weights("kl", "mel"), KlNaming.compVis(3)),
            List.of("state_dict"),
            "first_stage_model.",
            "decoder.conv_out.bias",
            at -> decoded(at, "mel")),
        new Case(
            "hifi-gan",
            vocoder(8, 32, List.of(5, 2), List.of(16, 4)),
            () -> {
              HiFiGanConfig shape = vocoder(8, 32, List.of(5, 2), List.of(16, 4)).generator();
              return Formula.unfolded(StateDict.of(new HiFiGan(shape, new Rng(0))));
            },
            List.of("generator"),
            "",
            "conv_post.bias",
            ImportTargetsTest::sounded),
        new Case(
            "mdsgen-b",
            MDSGEN,
            () -> weights("mdsgen", "mdsgen"),
            List.of(),
            "",
            "final_layer.linear.bias",
            ImportTargetsTest::predicted),
        new Case(
            "cavp",
            CAVP,
            () -> weights("cavp", "cavp"),
            List.of("state_dict"),
            "module.",
            "video_project_head.bias",
            ImportTargetsTest::seen));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void imported_weights_answer_as_the_code_that_wrote_them(Case network) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> original = network.original().get();
      imported(network, checkpoint(network, original), "right");
      original.replaceAll((n, t) -> n.equals(network.last()) ? t.add(new Scalar(1f)) : t);
      imported(network, checkpoint(network, original), "wrong");
    }
    assertThat(network.error().applyAsDouble(folder.resolve("right"))).isLessThan(1e-4);
    assertThat(network.error().applyAsDouble(folder.resolve("wrong")))
        .as("another bias")
        .isGreaterThan(1e-2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exported_in_each_form_and_imported_again_nothing_changes(Case network) {
    try (TensorScope scope = TensorScope.open()) {
      Path first = imported(network, checkpoint(network, network.original().get()), "first");
      Map<String, Tensor> expected = stored(first);
      for (String form : forms(first)) {
        Path file = exchange.export(first, form, folder.resolve(form));
        Path again = imported(network, file, form + "-again");
        Map<String, Tensor> actual = stored(again);
        assertThat(actual).containsOnlyKeys(expected.keySet());
        // Weight normalisation takes numbers apart and together.
        double tolerance = network.name().equals("hifi-gan") ? 1e-6 : 0;
        expected.forEach(
            (name, t) ->
                assertThat(actual.get(name).sub(t).abs().max().item_double())
                    .as(form + " " + name)
                    .isLessThanOrEqualTo(tolerance));
        assertThat(network.error().applyAsDouble(again)).isLessThan(1e-4);
      }
    }
  }

  private static List<String> forms(Path at) {
    return switch (ComponentFolder.type(at)) {
      case "Mdsgen", "Cavp" -> List.of("original");
      default -> List.of("diffusers", "original");
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void missing_surplus_and_renamed_tensors_are_named(Case network) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> wrong = network.original().get();
      String shown = network.prefix() + network.last();
      Tensor moved = wrong.remove(network.last());
      refused(network, wrong, "missing " + shown);
      wrong.put(network.last() + "2", moved);
      refused(network, wrong, "missing " + shown + "; unexpected " + shown + "2");
      wrong.put(network.last(), moved);
      refused(network, wrong, "unexpected " + shown + "2");
      wrong.remove(network.last() + "2");
      wrong.put(network.last(), cat(new TensorVector(moved, moved), 0));
      refused(network, wrong, shown + " has shape");
      assertThat(folder.resolve("no")).doesNotExist();
    }
  }

  @Test
  void a_whole_system_gives_its_autoencoder_with_its_factor_and_its_vocoder() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Case vae = named("audioldm-vae");
      Case vocoder = named("hifi-gan");
      Map<String, Tensor> system = new LinkedHashMap<>();
      vae.original().get().forEach((n, t) -> system.put("first_stage_model." + n, t));
      imported(vocoder, checkpoint(vocoder, vocoder.original().get()), "vocoder");
      stored(folder.resolve("vocoder"))
          .forEach((n, t) -> system.put("first_stage_model.vocoder." + n, t));
      system.put("model.diffusion_model.out.bias", Tensors.of(new float[3], 3));
      system.put("scale_factor", Tensors.of(new float[] {0.8f}).reshape(new long[0]));
      Path file = written(List.of("state_dict"), "", system);
      Path codec = imported(vae, file, "codec");
      assertThat(CodecFolder.statistics(codec).standardDeviation()).containsOnly(1.25f);
      assertThat(CodecFolder.statistics(codec).mean()).containsOnly(0f);
      Path again = imported(vocoder, file, "again");
      assertThat(vae.error().applyAsDouble(codec)).isLessThan(1e-4);
      assertThat(vocoder.error().applyAsDouble(again)).isLessThan(1e-4);

      Path diffusers = exchange.export(codec, "diffusers", folder.resolve("out"));
      JsonNode config = Json.MAPPER.readTree(diffusers.resolveSibling("config.json").toFile());
      assertThat(config.get("scaling_factor").asDouble()).isEqualTo(0.8);
      assertThat(config.get("block_out_channels").size()).isEqualTo(3);
      assertThat(config.get("down_block_types").size()).isEqualTo(3);

      Map<String, Tensor> bare = vae.original().get();
      bare.put("scale_factor", Tensors.of(new float[] {0f}));
      assertThatThrownBy(() -> imported(vae, written(List.of(), "", bare), "no"))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("latent scale = 0.0");
    }
  }

  @Test
  void a_configuration_without_sound_takes_only_the_pictures_of_cavp() {
    try (TensorScope scope = TensorScope.open()) {
      Case cavp = named("cavp");
      Path file = checkpoint(cavp, cavp.original().get());
      Path at = folder.resolve("pictures");
      exchange.importWeights(file, ImportTargets.named("cavp"), json(CAVP.picturesOnly()), at);
      assertThat(stored(at).keySet()).isNotEmpty().noneMatch(name -> name.contains("spec_encoder"));
      assertThat(seen(at)).isLessThan(1e-4);
    }
  }

  @Test
  void without_a_factor_in_the_file_latents_have_the_published_one() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      for (Case vae : List.of(named("sd-vae"), named("audioldm-vae"))) {
        LatentScale scale = vae.name().equals("sd-vae") ? LatentScale.SD : LatentScale.AUDIOLDM;
        Path at = imported(vae, checkpoint(vae, vae.original().get()), vae.name());
        assertThat(CodecFolder.statistics(at).standardDeviation())
            .containsOnly((float) (1 / scale.factor()));
        Path file = exchange.export(at, "diffusers", folder.resolve(vae.name() + "-out"));
        JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
        assertThat(config.get("scaling_factor").asDouble()).isCloseTo(scale.factor(), within(1e-7));
      }
    }
  }

  @Test
  void transformers_gets_a_vocoder_that_leaves_spectrograms_as_they_are() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Case vocoder = named("hifi-gan");
      Path at = imported(vocoder, checkpoint(vocoder, vocoder.original().get()), "at");
      Path file = exchange.export(at, "diffusers", folder.resolve("out"));
      assertThat(file).hasFileName("model.safetensors");
      JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
      assertThat(config.get("normalize_before").asBoolean(true)).isFalse();
      assertThat(config.get("upsample_rates").toString()).isEqualTo("[5,2]");
      assertThat(config.get("model_in_dim").asInt()).isEqualTo(8);
      assertThat(SafeTensors.read(file).tensors())
          .containsKeys("mean", "scale", "upsampler.0.weight", "resblocks.0.convs1.0.weight");
    }
  }

  /** {@code goldens/naming.py}: the reference's own converters made the second from the first. */
  @Test
  void files_before_and_after_the_public_converters_become_the_same() throws IOException {
    AutoencoderKlConfig autoencoder =
        new AutoencoderKlConfig(1, List.of(4, 8, 12), 1, true, 4, 2, 0, 1, Regularisation.kl(0));
    VocoderFolder.Config vocoder = vocoder(80, 8, List.of(2, 2), List.of(4, 4));
    assertSameNetwork(
        "audioldm-vae", new StoredAutoencoder(autoencoder, null), "kl-compvis", "kl-diffusers");
    assertSameNetwork("hifi-gan", vocoder, "hifigan-norm", "hifigan-plain");
    AutoencoderKl codec =
        CodecFolder.load(folder.resolve("kl-compvis"), AutoencoderKl.FORMAT).codec();
    HiFiGan generator = VocoderFolder.load(folder.resolve("hifigan-norm")).generator();
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      assertThat(torch.isfinite(codec.decode(rng.normal(1, 4, 2, 2))).all().item_bool()).isTrue();
      assertThat(torch.isfinite(generator.forward(rng.normal(1, 6, 80))).all().item_bool())
          .isTrue();
    }
  }

  private void assertSameNetwork(String name, Object config, String before, String after)
      throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path json = json(config);
      for (String golden : List.of(before, after)) {
        Path file = folder.resolve(golden + ".safetensors");
        SafeTensors.write(file, Golden.read("naming", golden).tensors(), Map.of());
        exchange.importWeights(file, ImportTargets.named(name), json, folder.resolve(golden));
      }
      Map<String, Tensor> expected = stored(folder.resolve(after));
      stored(folder.resolve(before))
          .forEach(
              (n, t) ->
                  assertThat(t.sub(expected.get(n)).abs().max().item_double())
                      .as(n)
                      .isLessThan(1e-5));
    }
  }

  @Test
  void every_name_of_hifi_gan_and_of_the_autoencoder_is_read() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Case vae = named("sd-vae");
      for (Naming naming : List.of(KlNaming.diffusers(), KlNaming.earlierDiffusers())) {
        Map<String, Tensor> there = laidOut(weights("kl", "picture"), naming);
        assertThat(read(vae, written(List.of(), "vae.", there), naming.label()))
            .isEqualTo(naming.label());
      }
      Case vocoder = named("hifi-gan");
      Path first = imported(vocoder, checkpoint(vocoder, vocoder.original().get()), "first");
      for (Naming naming :
          List.of(
              HifiGanNaming.plain(), HifiGanNaming.parametrized(), HifiGanNaming.transformers())) {
        Map<String, Tensor> there = laidOut(stored(first), naming);
        String at = "gan-" + naming.label();
        assertThat(read(vocoder, written(List.of(), "vocoder.", there), at))
            .isEqualTo(naming.label());
        assertThat(vocoder.error().applyAsDouble(folder.resolve(at))).isLessThan(1e-4);
      }
    }
  }

  @Test
  void another_grid_of_as_many_tokens_is_refused() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path file = checkpoint(named("mdsgen-b"), weights("mdsgen", "mdsgen"));
      Path turned = json(mdsgen(8, 12));
      assertThatThrownBy(
              () ->
                  exchange.importWeights(
                      file, ImportTargets.named("mdsgen-b"), turned, folder.resolve("no")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("relative_position_index is not what this network computes");
      assertThat(folder.resolve("no")).doesNotExist();
    }
  }

  @Test
  void what_public_code_cannot_compute_is_not_exported() throws IOException {
    AutoencoderKlConfig moved =
        new AutoencoderKlConfig(1, List.of(4), 1, true, 4, 2, -6, 3, Regularisation.kl(0));
    try (Rng rng = new Rng(1)) {
      AutoencoderKl codec = new AutoencoderKl(moved, rng);
      CodecFolder.save(
          Files.createDirectory(folder.resolve("moved")),
          AutoencoderKl.FORMAT,
          codec,
          LatentStatistics.identity(2),
          ScalarType.Float);
      HiFiGanConfig steep =
          new HiFiGanConfig(8, 4, List.of(5, 2), List.of(16, 4), List.of(3), List.of(1), 0.1);
      VocoderFolder.save(
          Files.createDirectory(folder.resolve("steep")),
          new HiFiGan(steep, rng),
          vocoder(8, 4, List.of(5, 2), List.of(16, 4)).frontEnd(),
          ScalarType.Float);
      Cavp cavp = new Cavp(CAVP, rng);
      CavpFolder.save(Files.createDirectory(folder.resolve("cavp")), cavp, ScalarType.Float);
    }
    assertNotExported("moved", "no public form");
    assertNotExported("steep", "lastSlope is 0.1");
    assertNotExported("cavp", "only to: original");
  }

  private void assertNotExported(String what, String message) {
    assertThatThrownBy(
            () -> exchange.export(folder.resolve(what), "diffusers", folder.resolve("no")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void statistics_per_channel_are_exported_as_such() throws IOException {
    try (Rng rng = new Rng(1)) {
      LatentStatistics statistics =
          new LatentStatistics(new float[] {1, 2, 3}, new float[] {4, 5, 6});
      CodecFolder.save(
          Files.createDirectory(folder.resolve("ours")),
          AutoencoderKl.FORMAT,
          new AutoencoderKl(MEL, rng),
          statistics,
          ScalarType.Float);
    }
    Path file = exchange.export(folder.resolve("ours"), "diffusers", folder.resolve("out"));
    JsonNode config = Json.MAPPER.readTree(file.resolveSibling("config.json").toFile());
    assertThat(config.get("scaling_factor").asDouble()).isEqualTo(1);
    assertThat(config.get("latents_mean").toString()).isEqualTo("[1.0,2.0,3.0]");
    assertThat(config.get("latents_std").toString()).isEqualTo("[4.0,5.0,6.0]");
  }

  private static Case named(String name) {
    return cases().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static double decoded(Path at, String name) {
    AutoencoderKl codec = CodecFolder.load(at, AutoencoderKl.FORMAT).codec();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("kl", name);
      Tensor latent = golden.get("latent").permute(0, 2, 3, 1).contiguous();
      return golden.error(codec.decode(latent).permute(0, 3, 1, 2), "decoded");
    }
  }

  private static double sounded(Path at) {
    HiFiGan generator = VocoderFolder.load(at).generator();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor mel = Formula.values("mel", 2, 8, 12).mul(new Scalar(4.0));
      return Golden.read("vocoder", "vocoder")
          .error(generator.forward(mel.transpose(1, 2)), "generator");
    }
  }

  private static double predicted(Path at) {
    Mdsgen net = new Mdsgen(MDSGEN, new Rng(1));
    ComponentFolder.load(at, net);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("mdsgen", "mdsgen");
      Tensor x = golden.get("x").permute(0, 2, 3, 1).contiguous();
      Tensor t = golden.get("t").add(new Scalar(1)).unsqueeze(1).repeat(1, 12);
      Denoiser.Prediction answer =
          net.predict(
              Latents.of(Map.of(Modality.AUDIO, x)),
              NoiseLevels.of(Map.of(Modality.AUDIO, t)),
              Conditions.NONE.withFeatures(golden.get("features")));
      Tensor variance = answer.variance().orElseThrow().audio();
      Tensor both = cat(new TensorVector(answer.noise().audio(), variance), -1);
      return golden.error(both.permute(0, 3, 1, 2), "full");
    }
  }

  private static double seen(Path at) {
    Cavp cavp = CavpFolder.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "cavp");
      Tensor pictures = golden.get("pictures").to(ScalarType.Float).div(new Scalar(255.0));
      return golden.error(cavp.encodeVideo(pictures), "video");
    }
  }

  private Path imported(Case network, Path file, String name) {
    read(network, file, name);
    return folder.resolve(name);
  }

  private String read(Case network, Path file, String name) {
    return exchange
        .importWeights(
            file, ImportTargets.named(network.name()), json(network.config()), folder.resolve(name))
        .naming();
  }

  private void refused(Case network, Map<String, Tensor> tensors, String message) {
    Path file = checkpoint(network, tensors);
    assertThatThrownBy(() -> imported(network, file, "no"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }

  private Path json(Object config) {
    try {
      return Files.writeString(
          folder.resolve("config.json"), Json.MAPPER.writeValueAsString(config));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path checkpoint(Case network, Map<String, Tensor> tensors) {
    return written(network.group(), network.prefix(), tensors);
  }

  private Path written(List<String> group, String prefix, Map<String, Tensor> tensors) {
    Path file = folder.resolve("checkpoint.ckpt");
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    tensors.forEach((name, t) -> deferred.put(prefix + name, Deferred.of(t)));
    PickleWriter.write(file, group, deferred);
    return file;
  }

  private static Map<String, Tensor> stored(Path at) {
    return SafeTensors.read(at.resolve("model.safetensors")).tensors();
  }

  private static Map<String, Tensor> laidOut(Map<String, Tensor> ours, Naming naming) {
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    ours.forEach((name, tensor) -> deferred.put(name, Deferred.of(tensor)));
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    Conversion.layOut(deferred, naming, "")
        .forEach((name, tensor) -> theirs.put(name, tensor.values().get()));
    return theirs;
  }

  private static Map<String, Tensor> weights(String family, String name) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Golden.read(family, name)
        .tensors()
        .forEach(
            (key, t) -> {
              if (key.startsWith("weights.")) {
                weights.put(key.substring("weights.".length()), t);
              }
            });
    return weights;
  }

  private static MdsgenConfig mdsgen(int length, int frequencies) {
    return new MdsgenConfig(
        3,
        16,
        2,
        1,
        Gelu.TANH,
        20,
        new MdsgenConfig.Latent(length, frequencies, 2, 2, MdsgenConfig.Rows.TIME),
        new MdsgenConfig.Features(5, 12));
  }

  private static VocoderFolder.Config vocoder(
      int bands, int channels, List<Integer> rates, List<Integer> upKernels) {
    HiFiGanConfig generator =
        new HiFiGanConfig(bands, channels, rates, upKernels, List.of(3, 7), List.of(1, 3, 5), 0.01);
    MelFrontEndConfig frontEnd =
        new MelFrontEndConfig(
            WaveformNormalisation.NONE,
            new MelSpectrogramConfig(
                StftConfig.of(1024, generator.hop()), MelFilterBank.slaney(16000, 1024, bands), 1),
            0,
            LogCompression.NATURAL,
            MelFrontEndConfig.Ending.ALL_FRAMES);
    return new VocoderFolder.Config(generator, frontEnd);
  }
}
