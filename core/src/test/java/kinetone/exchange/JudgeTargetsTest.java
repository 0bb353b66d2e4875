package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.clap.ClapAudioGoldenTest;
import kinetone.feature.i3d.I3d;
import kinetone.feature.i3d.I3dConfig;
import kinetone.feature.inception.InceptionConfig;
import kinetone.feature.inception.InceptionV3;
import kinetone.feature.inception.MelceptionConfig;
import kinetone.feature.inception.MelceptionFolder;
import kinetone.feature.inception.MelceptionInput;
import kinetone.nn.FormulaWeights;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of networks that judge, which have one size. */
class JudgeTargetsTest {
  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder, exchange);
  }

  @Test
  void i3d_is_read_under_both_its_names_and_its_epsilon_is_that_of_the_file() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> ours = FormulaWeights.of(new I3d(I3dConfig.ORIGINAL, Rng.none()));
      Map<String, Tensor> theirs = new LinkedHashMap<>(ours);
      theirs.put("Mixed_4c.b2b.bn.num_batches_tracked", Tensors.of(new long[] {7}).reshape());
      assertThat(imported("i3d", theirs)).isEqualTo("piergiaj");
      assertThat(config("i3d").epsilon()).isEqualTo(1e-5);
      assertThat(Checkpoints.stored(folder.resolve("i3d"))).containsOnlyKeys(ours.keySet());

      Map<String, Tensor> other = TargetCase.laidOut(ours, I3dNames.HASSONY2);
      assertThat(other)
          .containsKeys(
              "conv3d_1a_7x7.conv3d.weight",
              "conv3d_2c_3x3.batch3d.running_var",
              "mixed_3b.branch_0.batch3d.weight",
              "mixed_4f.branch_2.1.conv3d.weight",
              "mixed_5c.branch_3.1.batch3d.bias",
              "mixed_5c.branch_3.1.batch3d.num_batches_tracked",
              "conv3d_0c_1x1.conv3d.bias");
      assertThat(imported("i3d-styleganv", other)).isEqualTo("hassony2");
      assertThat(config("i3d-styleganv").epsilon()).isEqualTo(1e-3);
      Checkpoints.stored(folder.resolve("i3d-styleganv"))
          .forEach((name, tensor) -> assertThat(tensor.equal(ours.get(name))).as(name).isTrue());
      theirs.remove("logits.conv3d.bias");
      theirs.put("Mixed_5c.b4.conv3d.weight", Tensors.of(new float[1], 1));
      assertThatThrownBy(() -> imported("i3d", theirs, folder.resolve("no")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("missing logits.conv3d.bias; unexpected Mixed_5c.b4.conv3d.weight");
    }
  }

  @Test
  void inception_of_torchvision_is_refused_where_that_of_fid_is_meant() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> theirs =
          FormulaWeights.of(new InceptionV3(InceptionConfig.FID, Rng.none()));
      theirs.put("AuxLogits.fc.bias", Tensors.of(new float[1000], 1000));
      theirs.put("fc.bias", Tensors.of(new float[1000], 1000));
      assertThatThrownBy(() -> imported("inception", theirs))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("fc.bias has shape [1000], expected [1008]")
          .hasMessageContaining("unexpected AuxLogits.fc.bias");
    }
  }

  @Test
  void melception_needs_the_statistics_of_bands_beside_its_weights() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> theirs =
          FormulaWeights.of(new InceptionV3(InceptionConfig.MELCEPTION, Rng.none()));
      theirs.put("AuxLogits.fc.bias", Tensors.of(new float[309], 309));
      Path file = checkpoints.written(List.of("model"), "", theirs);
      ImportTarget<?> target = ImportTargets.named("melception");
      Path out = folder.resolve("melception");
      assertThatThrownBy(() -> exchange.importWeights(file, target, out))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("there is no train_means_stds_melspec_10s_22050hz.txt beside");
      Path statistics = folder.resolve(MelceptionTarget.STATISTICS);
      Files.writeString(statistics, "0.5 0.1\n".repeat(79) + "0.25 zero\n");
      assertThatThrownBy(() -> exchange.importWeights(file, target, out))
          .hasMessageContaining("a line is no mean and deviation");
      Files.writeString(statistics, "0.5 0.1\n".repeat(79));
      assertThatThrownBy(() -> exchange.importWeights(file, target, out))
          .hasMessageContaining("79 means and 79 deviations");
      Files.writeString(statistics, "0.5 0.1\n".repeat(79) + "0.25 0.2\n");
      exchange.importWeights(file, target, out);
      MelceptionConfig config = MelceptionFolder.config(out);
      assertThat(config.means().get(79)).isEqualTo(0.25);
      assertThat(config.deviations().get(0)).isEqualTo(0.1);
      try (MelceptionInput input = new MelceptionInput(config)) {
        Tensor silence = input.of(torch.zeros(1, 22050 * 11));
        assertThat(silence.shape()).containsExactly(1, 1, 80, 860);
        assertThat(silence.min().item_float()).isCloseTo(-5, within(1e-4f));
        assertThat(silence.max().item_float()).isCloseTo(-1.25f, within(1e-4f));
      }
    }
  }

  @Test
  void clap_with_another_front_end_or_with_fusion_is_refused_by_the_key_that_says_so()
      throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    for (String name : List.of("model.safetensors", "config.json", "preprocessor_config.json")) {
      Files.copy(ClapAudioGoldenTest.SAVED.resolve(name), saved.resolve(name));
    }
    clapRefused(saved, "config.json", "\"enable_fusion\": false", "\"enable_fusion\": true");
    clapRefused(saved, "config.json", "\"window_size\": 4", "\"window_size\": \"4\"");
    clapRefused(saved, "config.json", "\"patch_stride\": [\n      8", "\"patch_stride\": [\n  4");
    clapRefused(saved, "preprocessor_config.json", "\"rand_trunc\"", "\"fusion\"", "truncation");
    clapRefused(saved, "preprocessor_config.json", "480,", "512,", "hop_length");
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> wrong =
          new LinkedHashMap<>(SafeTensors.read(saved.resolve("model.safetensors")).tensors());
      String index =
          "audio_model.audio_encoder.layers.0.blocks.1.attention.self.relative_position_index";
      wrong.put(index, wrong.get(index).t().contiguous());
      assertThatThrownBy(
              () ->
                  exchange.importWeights(
                      checkpoints.written(List.of(), "", wrong),
                      ImportTargets.named("clap"),
                      checkpoints.json(ClapAudioGoldenTest.NARROW),
                      folder.resolve("no")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining(index + " holds other numbers than the network computes");
    }
  }

  private void clapRefused(Path saved, String name, String right, String wrong, String... key)
      throws IOException {
    Path file = saved.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(right);
    Files.writeString(file, text.replace(right, wrong));
    assertThatThrownBy(
            () -> exchange.importWeights(saved, ImportTargets.named("clap"), folder.resolve("no")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("'%s'", key.length > 0 ? key[0] : right.split("\"", -1)[1]);
    Files.writeString(file, text);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  private String imported(String name, Map<String, Tensor> tensors) {
    return imported(name, tensors, folder.resolve(name));
  }

  private String imported(String name, Map<String, Tensor> tensors, Path out) {
    Path file = checkpoints.written(List.of(), "", tensors);
    return exchange.importWeights(file, ImportTargets.named(name), out).naming();
  }

  private I3dConfig config(String name) {
    return ComponentFolder.config(folder.resolve(name), I3dConfig.class);
  }
}
