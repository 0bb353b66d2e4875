package kinetone.exchange;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import kinetone.checkpoint.convert.Conversion;
import kinetone.checkpoint.convert.KlNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.feature.audioclip.AudioClipGoldenTest;
import kinetone.feature.cavp.NarrowCavp;
import kinetone.feature.clap.ClapAudioGoldenTest;
import kinetone.feature.panns.Panns;
import kinetone.feature.panns.PannsGoldenTest;
import kinetone.feature.vggish.Vggish;
import kinetone.feature.vggish.VggishGoldenTest;
import kinetone.latent.opensora.NarrowOpenSora;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.Tensors;
import kinetone.vocoder.Formula;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import org.bytedeco.pytorch.Tensor;

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
record TargetCase(
    String name,
    Object config,
    Supplier<Map<String, Tensor>> original,
    List<String> group,
    String prefix,
    String last,
    ToDoubleFunction<Path> error) {
  /** The targets, with narrow networks. */
  static Stream<TargetCase> all() {
    return Stream.of(
        new TargetCase(
            "sd-vae",
            new StoredAutoencoder(NarrowConfigs.PICTURE, null),
            () -> laidOut(Golden.read("kl", "picture").weights(), KlNaming.compVis(4)),
            List.of("state_dict"),
            "",
            "decoder.conv_out.bias",
            at -> GoldenAnswers.decoded(at, "picture")),
        new TargetCase(
            "opensora-vae",
            new StoredOpenSora(NarrowOpenSora.CONFIG, null),
            () -> NarrowOpenSora.golden().weights(),
            List.of(),
            "",
            "spatial_vae.module.decoder.conv_out.bias",
            GoldenAnswers::played),
        new TargetCase(
            "audioldm-vae",
            new StoredMelCodec(NarrowConfigs.MEL_CODEC, null),
            () -> laidOut(Golden.read("kl", "mel").weights(), KlNaming.compVis(3)),
            List.of("state_dict"),
            "first_stage_model.",
            "decoder.conv_out.bias",
            at -> GoldenAnswers.decoded(at, "mel")),
        new TargetCase(
            "hifi-gan",
            NarrowConfigs.vocoder(8, 32, List.of(5, 2), List.of(16, 4)),
            () -> {
              HiFiGanConfig shape =
                  NarrowConfigs.vocoder(8, 32, List.of(5, 2), List.of(16, 4)).generator();
              return Formula.unfolded(StateDict.of(new HiFiGan(shape, new Rng(0))));
            },
            List.of("generator"),
            "",
            "conv_post.bias",
            GoldenAnswers::sounded),
        new TargetCase(
            "mdsgen-b",
            NarrowConfigs.MDSGEN,
            () -> Golden.read("mdsgen", "mdsgen").weights(),
            List.of(),
            "",
            "final_layer.linear.bias",
            GoldenAnswers::predicted),
        new TargetCase(
            "stdit3-xl-2",
            NarrowConfigs.STDIT,
            () -> Golden.read("stdit3", "public").weights(),
            List.of(),
            "",
            "final_layer.linear.bias",
            GoldenAnswers::imagined),
        new TargetCase(
            "cavp",
            NarrowCavp.CONFIG,
            () -> Golden.read("cavp", "cavp").weights(),
            List.of("state_dict"),
            "module.",
            "video_project_head.bias",
            GoldenAnswers::seen),
        new TargetCase(
            "alignment-classifier",
            NarrowConfigs.ALIGN,
            () -> {
              Map<String, Tensor> weights = Golden.read("cavp", "align").weights();
              // What else stands in the file.
              weights.put("first_stage_model.quant_conv.bias", Tensors.of(new float[] {1}, 1));
              weights.put("scale_factor", Tensors.of(new float[] {0.18215f}));
              weights.put("sqrt_alphas_cumprod", Tensors.of(new float[] {1, 0.5f}, 2));
              return weights;
            },
            List.of("state_dict"),
            "",
            "model.classifier.bias",
            GoldenAnswers::judged),
        new TargetCase(
            "vggish",
            VggishGoldenTest.NARROW,
            () -> FormulaWeights.of(new Vggish(VggishGoldenTest.NARROW, Rng.none())),
            List.of(),
            "",
            "embeddings.4.bias",
            GoldenAnswers::embedded),
        new TargetCase(
            "panns",
            PannsGoldenTest.NARROW,
            () -> {
              Map<String, Tensor> weights =
                  FormulaWeights.of(new Panns(PannsGoldenTest.NARROW, Rng.none()));
              PannsNames.ORIGINAL
                  .constants(Map.of())
                  .forEach(fixed -> weights.put(fixed.name(), fixed.values().get()));
              return weights;
            },
            List.of("model"),
            "",
            "fc_audioset.bias",
            GoldenAnswers::heard),
        new TargetCase(
            "clap",
            ClapAudioGoldenTest.NARROW,
            () ->
                SafeTensors.read(ClapAudioGoldenTest.SAVED.resolve("model.safetensors")).tensors(),
            List.of(),
            "",
            "audio_projection.linear2.bias",
            GoldenAnswers::placed),
        new TargetCase(
            "audioclip",
            AudioClipGoldenTest.NARROW,
            () -> {
              Map<String, Tensor> weights = new LinkedHashMap<>();
              try (TensorFile file = WeightsFiles.open(AudioClipGoldenTest.SAVED)) {
                for (String name : file.groups().get(TensorFile.ROOT).keySet()) {
                  if (name.startsWith("audio.")) {
                    weights.put(
                        name.substring("audio.".length()), file.read(TensorFile.ROOT, name));
                  }
                }
              }
              return weights;
            },
            List.of(),
            "audio.",
            "bn1.bias",
            GoldenAnswers::clipped));
  }

  static TargetCase named(String name) {
    return all().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** The weights {@code ours} under the names of {@code naming}. */
  static Map<String, Tensor> laidOut(Map<String, Tensor> ours, Naming naming) {
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    ours.forEach((name, tensor) -> deferred.put(name, Deferred.of(tensor)));
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    Conversion.layOut(deferred, naming, "")
        .forEach((name, tensor) -> theirs.put(name, tensor.values().get()));
    return theirs;
  }

  @Override
  public String toString() {
    return name;
  }
}
