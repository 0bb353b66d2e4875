package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports and exports of a tiny DiT and vocoder, and files that mean harm. */
class ImportCommandTest {
  private static final DiTConfig TINY = new DiTConfig(1, 16, 2, 2, 4, 4, 3);

  @TempDir static Path shared;
  private static Path weights;
  private static Path config;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    weights = shared.resolve("tiny.pt");
    config = shared.resolve("tiny.json");
    Files.writeString(config, Json.MAPPER.writeValueAsString(TINY));
    PickleWriter.write(weights, List.of("ema"), tensors());
  }

  @Test
  void weights_become_a_folder_that_info_knows_and_export_writes() {
    Path model = folder.resolve("model");
    Captured imported = imports(weights, "--fp16");
    assertThat(imported.status()).as(imported.err().toString()).isZero();
    assertThat(imported.out()).containsExactly(model.toString());
    assertThat(Captured.run("info", model.toString()).out())
        .singleElement()
        .asString()
        .contains("DiT, ", " numbers in " + tensors().size() + " tensors");
    assertThat(Captured.run("info", weights.toString()).out())
        .startsWith("ema:")
        .hasSize(1 + tensors().size());

    Path out = folder.resolve("transformer");
    Captured exported =
        Captured.run("export", model.toString(), "--to", "diffusers", "--out", out.toString());
    assertThat(exported.out())
        .containsExactly(out.resolve("diffusion_pytorch_model.safetensors").toString());
    assertThat(out.resolve("config.json")).isNotEmptyFile();
  }

  @Test
  void the_beginning_of_a_name_is_enough_where_it_means_one_network() {
    String out = folder.resolve("x").toString();
    String file = weights.toString();
    String json = config.toString();
    Captured dit = Captured.run("import", file, "--as", "dit", "--config", json, "--out", out);
    assertThat(dit.status()).as(dit.err().toString()).isZero();
    Captured several = Captured.run("import", file, "--as", "mdsgen", "--out", out + "y");
    assertThat(several.status()).isEqualTo(2);
    assertThat(several.err())
        .singleElement()
        .asString()
        .contains("'mdsgen' could be several: mdsgen-b, mdsgen-release");
    Captured none = Captured.run("import", file, "--as", "nothing", "--out", out + "y");
    assertThat(none.err()).singleElement().asString().contains("is unknown; known: dit-xl-2");
  }

  @Test
  void a_published_model_wants_all_of_its_files_and_no_others() {
    String out = folder.resolve("x").toString();
    refused("needs all of its files", "--as", "mdsgen-release", "--cavp", "c.ckpt", "--out", out);
    refused(
        "takes its files by name and needs no FILE",
        weights.toString(),
        "--as",
        "mdsgen-release",
        "--out",
        out);
    refused(
        "--cavp is of no use to --as dit-xl-2",
        weights.toString(),
        "--as",
        "dit-xl-2",
        "--cavp",
        "c.ckpt",
        "--out",
        out);
    refused("which file holds the weights of cavp", "--as", "cavp", "--out", out);
    Captured missing =
        Captured.run(
            "import",
            "--as",
            "mdsgen-release",
            "--mdsgen",
            "m.pt",
            "--cavp",
            "c.ckpt",
            "--audioldm",
            "a",
            "--out",
            out);
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err())
        .hasSize(2)
        .first()
        .asString()
        .contains("CC BY-NC-SA 4.0", "not for commercial use");
    assertThat(folder).isEmptyDirectory();
  }

  private static void refused(String message, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "import";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Captured run = Captured.run(all);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains(message);
  }

  @Test
  void a_vocoder_is_found_in_a_whole_system_and_exported_in_both_forms() throws IOException {
    HiFiGanConfig generator =
        new HiFiGanConfig(64, 8, List.of(20, 8), List.of(40, 16), List.of(3), List.of(1), 0.01);
    VocoderFolder.Config vocoder = new VocoderFolder.Config(generator, MelFrontEndConfig.AUDIO_LDM);
    Path json = folder.resolve("vocoder.json");
    Files.writeString(json, Json.MAPPER.writeValueAsString(vocoder));
    Map<String, Deferred> system = new LinkedHashMap<>();
    StateDict.of(new HiFiGan(generator, new Rng(1)))
        .forEach((n, t) -> system.put("first_stage_model.vocoder." + n, Deferred.of(t)));
    int tensors = system.size();
    system.put("scale_factor", Deferred.of(Tensors.of(new float[] {0.9f})));
    Path file = folder.resolve("audioldm.ckpt");
    PickleWriter.write(file, List.of("state_dict"), system);
    Captured imported = run(file, "hifi-gan", json);
    assertThat(imported.status()).as(imported.err().toString()).isZero();
    String model = folder.resolve("model").toString();
    assertThat(Captured.run("info", model).out())
        .singleElement()
        .asString()
        .contains("HiFiGan, ", " numbers in " + tensors + " tensors");
    for (String[] form :
        new String[][] {{"diffusers", "model.safetensors"}, {"original", "generator.pt"}}) {
      Path out = folder.resolve(form[0]);
      assertThat(Captured.run("export", model, "--to", form[0], "--out", out.toString()).out())
          .containsExactly(out.resolve(form[1]).toString());
      assertThat(out.resolve("config.json")).isNotEmptyFile();
    }
  }

  @Test
  void a_checkpoint_that_would_run_a_command_is_refused() throws IOException {
    Path sign = folder.resolve("pwned");
    String pickle = "\u0080\u0002cposix\nsystem\n(X\u0000\u0000\u0000\u0000tR.";
    String command = "touch " + sign;
    byte[] program =
        pickle
            .replace("X\u0000", "X" + (char) command.length())
            .replace("\u0000t", "\u0000" + command + "t")
            .getBytes(StandardCharsets.ISO_8859_1);
    refused(imports(zip(program, 0)), "posix.system");
    refused(
        imports(Files.write(folder.resolve("plain.pt"), program)), "posix.system", "torch.save");
    refused(Captured.run("info", folder.resolve("hostile.pt").toString()), "posix.system");
    assertThat(sign).doesNotExist();
  }

  @Test
  void a_zip_bomb_a_piece_of_a_file_and_a_header_that_overlaps() throws IOException {
    refused(imports(zip(new byte[] {(byte) 0x80, 2, '.'}, 1 << 26)), "would unpack to");
    byte[] good = Files.readAllBytes(weights);
    Path half = folder.resolve("half.pt");
    Files.write(half, java.util.Arrays.copyOf(good, good.length / 2));
    refused(imports(half), "truncated");
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
    byte[] overlapping = new byte[8 + header.length() + 8];
    overlapping[0] = (byte) header.length();
    System.arraycopy(
        header.getBytes(StandardCharsets.US_ASCII), 0, overlapping, 8, header.length());
    refused(imports(Files.write(folder.resolve("o.safetensors"), overlapping)), "overlaps");
  }

  @Test
  void wrong_names_files_networks_and_folders() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Deferred> wrong = new LinkedHashMap<>(tensors());
      Deferred moved = wrong.remove("blocks.0.attn.qkv.bias");
      wrong.put("blocks.0.attn.qkv.bias2", moved);
      Path file = folder.resolve("wrong.safetensors");
      SafeTensors.writeDeferred(file, wrong, Map.of());
      refused(imports(file), "missing blocks.0.attn.qkv.bias; unexpected blocks.0.attn.qkv.bias2");
    }
    ObjectNode other = (ObjectNode) Json.MAPPER.readTree(config.toFile());
    Path wide = folder.resolve("wide.json");
    Files.writeString(wide, other.put("width", 32).toString());
    refused(imports(weights, "--config", wide.toString()), "only once", "specified");
    refused(run(weights, "dit-xl-2", wide), "expected [");
    Files.writeString(wide, other.put("depht", 32).toString());
    refused(run(weights, "dit-xl-2", wide), "unknown option 'depht'");
    refused(
        run(weights, "dalle", config),
        "sd-vae, sd-vae-mel, audioldm-vae, hifi-gan, mdsgen-b, cavp");
    refused(run(folder.resolve("missing.pt"), "dit-xl-2", config), "missing.pt does not exist");
    refused(
        Captured.run("import", weights.toString(), "--as", "dit-xl-2", "--out", shared.toString()),
        "exists already");
    refused(
        Captured.run("export", folder.toString(), "--to", "diffusers", "--out", "x"),
        "is not a model component");
  }

  private Captured imports(Path file, String... more) {
    List<String> all = new java.util.ArrayList<>(arguments(file, "dit-xl-2", config));
    all.addAll(List.of(more));
    return Captured.run(all.toArray(String[]::new));
  }

  private Captured run(Path file, String network, Path configuration) {
    return Captured.run(arguments(file, network, configuration).toArray(String[]::new));
  }

  private List<String> arguments(Path file, String network, Path configuration) {
    return List.of(
        "import",
        file.toString(),
        "--as",
        network,
        "--config",
        configuration.toString(),
        "--out",
        folder.resolve("model").toString());
  }

  private void refused(Captured run, String... anyOf) {
    assertThat(run.err()).singleElement().asString().startsWith("kinetone: ").containsAnyOf(anyOf);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
    assertThat(folder.resolve("model")).doesNotExist();
  }

  private Path zip(byte[] pickle, int zeros) throws IOException {
    Path file = folder.resolve("hostile.pt");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle);
      zip.putNextEntry(new ZipEntry("archive/data/0"));
      zip.write(new byte[zeros]);
    }
    return file;
  }

  private static Map<String, Deferred> tensors() {
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> named : StateDict.of(new DiT(TINY, new Rng(1))).entrySet()) {
      deferred.put(named.getKey(), Deferred.of(named.getValue()));
    }
    return deferred;
  }
}
