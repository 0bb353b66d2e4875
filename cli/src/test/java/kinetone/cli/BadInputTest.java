package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import kinetone.common.Sha256;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Whatever is wrong: one line that names it, exit status 2, nothing left behind. */
class BadInputTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path camera;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    model = TinyModel.write(shared.resolve("model"));
    camera = TinyClips.camera(shared.resolve("camera.mp4"), 1.5);
  }

  @Test
  void the_model_and_the_camera_clip_of_these_tests_are_good() throws IOException {
    Path out = folder.resolve("out");
    Captured run = generate("--task", "v2a", "--video", camera.toString());
    assertThat(run.status()).as(run.err().toString()).isZero();
    assertThat(run.out()).containsExactly(out.resolve("camera-v2a-seed0.mp4").toString());
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void files_that_are_no_media() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "Just words.\n".repeat(300));
    Path empty = Files.createFile(folder.resolve("empty.mp4"));
    byte[] bytes = Files.readAllBytes(camera);
    Path half = Files.write(folder.resolve("half.mp4"), Arrays.copyOf(bytes, bytes.length / 2));
    for (String task : List.of("v2a", "continue", "inpaint")) {
      refused(generate("--task", task, "--video", text.toString()), "text.mp4");
      refused(generate("--task", task, "--video", empty.toString()), "empty.mp4 is empty");
      refused(generate("--task", task, "--video", half.toString()), "half.mp4");
    }
    refused(generate("--task", "a2v", "--audio", text.toString()), "text.mp4");
    refused(generate("--task", "v2a", "--video", "missing.mp4"), "missing.mp4 does not exist");
    refused(generate("--task", "v2a", "--video", folder.toString()), "is a folder, a media file");
  }

  @Test
  void clips_that_lack_what_the_task_needs() {
    Path silent = folder.resolve("silent.mp4");
    ClipWriter.writeMp4(silent, Clip.of(TinyClips.video(1.5, 32, 32, 25)));
    Path blind = folder.resolve("blind.wav");
    ClipWriter.writeWav(blind, TinyClips.audio(1.5, 2, 44100));
    Path brief = TinyClips.camera(folder.resolve("brief.mp4"), 0.4);
    refused(generate("--task", "a2v", "--audio", silent.toString()), "no sound");
    refused(generate("--task", "a2v", "--video", silent.toString()), "no sound");
    refused(generate("--task", "continue", "--video", silent.toString()), "no sound");
    refused(generate("--task", "v2a", "--video", blind.toString()), "no picture");
    refused(generate("--task", "continue", "--video", brief.toString()), "0.400 s");
    refused(generate("--task", "v2a"), "--video");
    refused(generate("--task", "a2v"), "--audio");
    refused(generate("--task", "inpaint"), "--video");
    refused(
        generate("--task", "v2a", "--video", camera.toString(), "--start", "99"), "99.000 s on");
  }

  @Test
  void a_picture_of_100_megapixels() throws IOException {
    Path huge = Files.write(folder.resolve("huge.png"), whitePng(10_000, 10_000));
    refused(generate("--task", "v2a", "--video", huge.toString()), "33177600 pixels");
  }

  @Test
  void models_that_are_missing_or_damaged() throws IOException {
    refused(run("generate", "--model", "no-such-model"), "model folder no-such-model");
    refused(run("generate", "--model", folder.toString()), "model_index.json is missing");
    for (String part : List.of("video_codec", "audio_codec", "denoiser")) {
      Path copy = copy(part);
      Path weights = copy.resolve(part).resolve("model.safetensors");
      byte[] bytes = Files.readAllBytes(weights);

      byte[] flipped = bytes.clone();
      flipped[flipped.length - 7] ^= 1;
      Files.write(weights, flipped);
      refused(model(copy), "altered or damaged");

      Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));
      refused(model(copy), "altered or damaged");
      reseal(copy.resolve(part));
      refused(model(copy), "its header promises");

      Files.write(weights, bytes);
      String lost = dropTensor(weights);
      reseal(copy.resolve(part));
      refused(model(copy), "missing " + lost);

      Files.delete(weights);
      refused(model(copy), "model.safetensors is missing");
      Files.delete(copy.resolve(part).resolve("config.json"));
      refused(model(copy), "config.json is missing");
    }
  }

  @Test
  void a_part_of_another_type_is_refused_by_info_too() throws IOException {
    for (String part : List.of("video_codec", "audio_codec", "denoiser")) {
      Path copy = copy("type-" + part);
      assertThat(run("info", copy.toString()).status()).isZero();
      Path config = copy.resolve(part).resolve("config.json");
      Files.writeString(
          config,
          Files.readString(config).replaceAll("\"type\" : \"\\w+\"", "\"type\" : \"Other\""));
      Captured info = run("info", copy.toString());
      refused(info, part, "holds a Other; expected is");
      assertThat(info.out()).isEmpty();
    }
  }

  @Test
  void a_model_index_that_says_nonsense() throws IOException {
    Path copy = copy("index");
    Path index = copy.resolve("model_index.json");
    String text = Files.readString(index);
    for (Map.Entry<String, String> change :
        Map.of(
                "\"monl\"", "\"other\"",
                "\"system\"", "\"sistem\"",
                "\"ddim\"", "\"euler\"",
                "\"sampler\" : \"ddim\"", "\"sampler\" : null",
                "{", "[",
                "8.0", "\"fast\"")
            .entrySet()) {
      assertThat(text).contains(change.getKey());
      Files.writeString(index, text.replace(change.getKey(), change.getValue()));
      refused(model(copy), copy.toString());
    }
    // Sizes that the parts do not have.
    Files.writeString(index, text.replace("\"frames\" : 9", "\"frames\" : 10"));
    refused(model(copy), "10 frames");
  }

  @Test
  void unknown_options_in_files() throws IOException {
    Path batch = folder.resolve("batch.jsonl");
    Files.writeString(batch, "{\"task\": \"joint\"}\n{\"task\": \"joint\", \"sedd\": 3}\n");
    refused(generate("--batch", batch.toString()), "batch.jsonl:2", "'sedd'");
    Files.writeString(batch, "{\"task\": \"dance\"}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:1");
    Files.writeString(batch, "\n{}\n{\"task\": \"v2a\"}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:3: task v2a needs a picture");
    Files.writeString(batch, "{}\n{\"task\": \"v2a\", \"video\": \"gone.mp4\"}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:2: gone.mp4 does not exist");
    Files.writeString(batch, "{\"video\": null}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:1", "video");
    Files.writeString(batch, "{\"guidance_power\": 1}");
    refused(
        generate("--batch", batch.toString()), "batch.jsonl:1: guidance_power is not an option");
    Files.writeString(batch, "{\"task\": null}");
    refused(generate("--batch", batch.toString()), "task is missing");
    Files.writeString(batch, "{\"sampler\": \"euler\"}");
    refused(generate("--batch", batch.toString()), "sampler 'euler' is unknown");
    Files.writeString(batch, "{\"conditioning\": \"magic\"}");
    refused(generate("--batch", batch.toString()), "conditioning 'magic' is unknown");
    Files.writeString(
        batch, "{\"conditioning\": \"reconstruction\", \"reconstruction_weight\": 0.1}");
    refused(generate("--batch", batch.toString()), "task joint gives nothing");
    Files.writeString(batch, "\n");
    refused(generate("--batch", batch.toString()), "no request");
    Files.write(batch, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    refused(generate("--batch", batch.toString()), "batch.jsonl");

    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(recipe, TinyRecipe.VIDEO.replace("l1:", "l3: 1, l1:"));
    String out = folder.resolve("out").toString();
    refused(run("train", recipe.toString(), "--out", out), "unknown option 'loss.l3'");
    Files.writeString(recipe, TinyRecipe.VIDEO.replace("video-codec", "smell-codec"));
    refused(run("train", recipe.toString(), "--out", out), "smell-codec");
    Files.writeString(recipe, TinyRecipe.VIDEO.replaceAll("(?m)^loss:.*$", ""));
    refused(run("train", recipe.toString(), "--out", out), "loss is missing");
    Files.writeString(recipe, TinyRecipe.VIDEO);
    refused(run("train", recipe.toString(), "--out", out, "--set", "batch=0"), "batch = 0");
    refused(run("train", "missing.yaml", "--out", out), "missing.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--sampler euler",
        "--task dance",
        "--num-inference-steps 0",
        "--num-inference-steps few",
        "--num-inference-steps 1 --sampler dpmpp",
        "--guidance-scale -1",
        "--guidance-scale NaN",
        "--threads 0",
        "--device tpu",
        "--precision int4",
        "--num-variants 0",
        "--output clip.avi",
        "--output clip.mp4 -n 2",
        "--task inpaint --from 2 --to 1",
        "--task continue --given -1",
        "--start -1 --task v2a --video CAMERA",
        "--conditioning magic --task v2a --video CAMERA",
        "--conditioning replacement",
        "--reconstruction-weight 1 --task v2a --video CAMERA",
        "--conditioning reconstruction --sampler dpmpp --task v2a --video CAMERA",
        "--seed",
        "--frobnicate",
        "surplus",
      })
  void options_that_make_no_sense(String options) {
    refused(generate(options.replace("CAMERA", camera.toString()).split(" ")));
  }

  @Test
  void commands_that_make_no_sense() {
    refused(run("dance"), "try 'kinetone --help'");
    refused(run("generate", "--frobnicate"), "try 'kinetone generate --help'");
    refused(run("train"), "RECIPE.yaml");
    refused(run("info", "nothing-there"), "nothing-there");
    String out = folder.resolve("out").toString();
    refused(run("scenes", "--count", "1", "--rate", "1234", "--out", out), "1234 Hz");
  }

  @Test
  void an_error_of_ours_is_one_line_too() {
    CommandLine line = Main.commandLine().addSubcommand(new Boom());
    Captured run = Captured.run(line, "boom");
    assertThat(run.status()).isEqualTo(70);
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("kinetone: unexpected java.lang.RuntimeException: sizes differ")
        .contains("--stack-trace");
  }

  /** Fails as libtorch does. */
  @Command(name = "boom")
  private static final class Boom implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new RuntimeException("sizes differ\nException raised from infer_size\nframe #0");
    }
  }

  private Captured generate(String... options) {
    List<String> all = new ArrayList<>(List.of("generate", "--model", model.toString()));
    all.addAll(List.of("--out", folder.resolve("out").toString()));
    all.addAll(List.of(options));
    return run(all.toArray(String[]::new));
  }

  private Captured model(Path copy) {
    return run("generate", "--model", copy.toString(), "--out", folder.resolve("out").toString());
  }

  private static Captured run(String... arguments) {
    return Captured.run(arguments);
  }

  private void refused(Captured run, String... parts) {
    assertThat(run.err()).singleElement().asString().startsWith("kinetone: ");
    for (String part : parts) {
      assertThat(run.err().get(0)).contains(part);
    }
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(Path.of("out")).doesNotExist();
  }

  private Path copy(String name) throws IOException {
    Path copy = folder.resolve("model-" + name);
    try (Stream<Path> files = Files.walk(model)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, copy.resolve(model.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return copy;
  }

  private static String dropTensor(Path weights) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.read(weights).tensors());
      String name = tensors.keySet().iterator().next();
      tensors.remove(name);
      SafeTensors.write(weights, tensors, Map.of());
      return name;
    }
  }

  /** Makes the recorded SHA-256 that of the present weights. */
  private static void reseal(Path component) throws IOException {
    Path config = component.resolve("config.json");
    String sha256 = Sha256.of(component.resolve("model.safetensors"));
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll("\"sha256\" : \"[0-9a-f]+\"", "\"sha256\" : \"" + sha256 + "\""));
  }

  /** A valid picture of one bit per pixel: a few kilobytes, whatever its size. */
  private static byte[] whitePng(int width, int height) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] row = new byte[1 + (width + 7) / 8];
    Arrays.fill(row, 1, row.length, (byte) 255);
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(packed)) {
      for (int y = 0; y < height; y++) {
        deflate.write(row);
      }
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {1, 0, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", packed.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    DataOutputStream out = new DataOutputStream(png);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
