package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is given is used or refused, and no file is lost. */
class GenerateFilesTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path camera;
  private static Path sound;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    model = TinyModel.write(shared.resolve("model"));
    camera = TinyClips.camera(shared.resolve("camera.mp4"), 1.5);
    sound = shared.resolve("sound.wav");
    ClipWriter.writeWav(sound, TinyClips.audio(1.5, 1, 8000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--task joint --video CAMERA | --video does not apply to task joint | v2a, a2v, continue",
        "--task v2a --video CAMERA --audio SOUND | --audio does not apply to task v2a | a2v,",
        "--task a2v --video CAMERA --audio SOUND | takes one sound | leave one of them out",
        "--video CAMERA --audio SOUND | --task | continue or inpaint",
        "--given 0.5 | --given does not apply to task joint | it is for continue",
        "--task continue --video CAMERA --from 1 | --from does not apply | --given; it is for inpaint",
        "--task joint --to 1 | --to does not apply | it is for inpaint",
        "--start 1 | --start does not apply to task joint | v2a, a2v",
        "--audio SOUND --seconds 1 | --seconds does not apply to task a2v | it is for v2a",
        "--sampler ddim --variance fixed_small | variance | ddpm",
        "--out x -o y.mp4 | --out does not apply | --output",
        "--batch BATCH --seed 3 | --seed is for a single request | batch.jsonl",
        "--batch BATCH --task joint | --task is for a single request | batch.jsonl",
        "--batch BATCH --num-inference-steps 3 | --num-inference-steps is for a single | batch.jsonl",
      })
  void what_would_not_be_used_is_refused_and_told_what_it_is_for(
      String options, String what, String remedy) throws IOException {
    Path batch = Files.writeString(folder.resolve("batch.jsonl"), "{}");
    String[] all =
        options
            .replace("CAMERA", camera.toString())
            .replace("SOUND", sound.toString())
            .replace("BATCH", batch.toString())
            .split(" ");
    refused(generate(all), what, remedy);
    Files.delete(batch);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void lines_of_a_batch_are_held_to_the_same() throws IOException {
    Path batch = folder.resolve("batch.jsonl");
    Files.writeString(batch, "{}\n{\"task\": \"joint\", \"given\": 0.5}\n");
    refused(generate("--batch", batch.toString()), "batch.jsonl:2: --given does not apply");
    Files.writeString(batch, "{\"seed\": null}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:1 at 'seed': null");
    for (String number : new String[] {"start\": 1e9", "seconds\": 1e9", "start\": -1"}) {
      Files.writeString(
          batch, "{\"task\": \"v2a\", \"video\": \"" + camera + "\", \"" + number + "}");
      refused(
          generate("--batch", batch.toString()), "batch.jsonl:1: s", "must be between 0 and 86400");
    }
    Files.writeString(batch, "{\"task\": \"inpaint\", \"from\": 0, \"to\": 1e9}");
    refused(generate("--batch", batch.toString()), "batch.jsonl:1: to", "between 0 and 3600");
  }

  @Test
  void what_is_given_says_the_task_and_names_the_clip_and_nothing_is_replaced() throws IOException {
    Path out = folder.resolve("out");
    Path other = Files.copy(camera, folder.resolve("a: b.mp4"));
    for (String name : List.of("camera-v2a-seed0.mp4", "camera-v2a-seed0-2.mp4")) {
      made(out.resolve(name), "--video", camera.toString(), "--out", out.toString());
    }
    made(out.resolve("a: b-v2a-seed0.mp4"), "--video", other.toString(), "--out", out.toString());
    made(out.resolve("sound-a2v-seed0.mp4"), "--audio", sound.toString(), "--out", out.toString());
    made(out.resolve("joint-seed0.mp4"), "--out", out.toString());
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).hasSize(5);
    }
    Files.writeString(out.resolve("joint-seed0.mp4"), "precious");
    made(out.resolve("joint-seed0-2.mp4"), "--out", out.toString());
    assertThat(out.resolve("joint-seed0.mp4")).hasContent("precious");
    made(out.resolve("joint-seed0.mp4"), "--out", out.toString(), "--force");
    assertThat(out.resolve("joint-seed0.mp4"))
        .hasSameBinaryContentAs(out.resolve("joint-seed0-2.mp4"));
  }

  @Test
  void a_named_file_is_kept_unless_it_may_go() throws IOException {
    Path there = Files.writeString(folder.resolve("there.mp4"), "precious");
    refused(generate("-o", there.toString()), "there.mp4 exists", "--force");
    assertThat(there).hasContent("precious");
    made(there, "-o", there.toString(), "--force");
    assertThat(Files.size(there)).isGreaterThan(500);
  }

  @Test
  void the_source_is_never_replaced() throws IOException {
    Path source = Files.copy(camera, folder.resolve("source.mp4"));
    Path link = Files.createSymbolicLink(folder.resolve("link.mp4"), source);
    byte[] before = Files.readAllBytes(source);
    for (Path input : List.of(source, link)) {
      for (String task : List.of("v2a", "continue")) {
        refused(
            generate(
                "--task", task, "--video", input.toString(), "-o", source.toString(), "--force"),
            "is the input");
      }
    }
    Path batch = folder.resolve("batch.jsonl");
    Files.writeString(batch, "{\"video\": \"" + source + "\"}");
    refused(
        generate("--batch", batch.toString(), "-o", source.toString(), "--force"), "is the input");
    assertThat(source).hasBinaryContent(before);
  }

  @Test
  void what_cannot_be_written_is_found_before_any_work() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path gone = folder.resolve("no-model");
    Path batch = Files.writeString(folder.resolve("batch.jsonl"), "{}\n{}");
    // A model that does not exist would be told first if the work began first.
    for (String[] output :
        new String[][] {
          {"--out", file.toString()},
          {"--out", file.resolve("below").toString()},
          {"-o", file.resolve("clip.mp4").toString()},
          {"-o", folder.resolve("a".repeat(300) + ".mp4").toString()},
          {"--batch", batch.toString(), "--out", file.toString()},
        }) {
      List<String> all = new ArrayList<>(List.of("generate", "--model", gone.toString()));
      all.addAll(List.of(output));
      refused(Captured.run(all.toArray(String[]::new)), "cannot write");
    }
    refused(
        Captured.run("generate", "--model", gone.toString(), "-o", folder + "/dir.mp4/"),
        "no-model");
    Files.createDirectory(folder.resolve("dir.mp4"));
    refused(generate("-o", folder.resolve("dir.mp4").toString()), "dir.mp4 is a folder");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void a_sound_that_the_format_cannot_carry_is_found_before_sampling() {
    Path odd = folder.resolve("odd.wav");
    ClipWriter.writeWav(odd, TinyClips.audio(1.5, 1, 37_800));
    Captured run = generate("--audio", odd.toString(), "--out", folder.resolve("out").toString());
    refused(run, "AAC has no sample rate of 37800 Hz");
    made(folder.resolve("x.wav"), "--audio", odd.toString(), "-o", folder + "/x.wav");
  }

  @Test
  void pictures_that_the_container_cannot_carry_are_found_before_the_model_is_loaded() {
    Path still = folder.resolve("still.png");
    ClipWriter.writePng(still, new byte[16 * 16 * 3], 16, 16);
    Captured run =
        Captured.run(
            "generate",
            "--task",
            "v2a",
            "--model",
            folder.resolve("nowhere").toString(),
            "--video",
            still.toString(),
            "-o",
            folder.resolve("x.mkv").toString());
    refused(run, "x.mkv cannot carry; use a name ending in .mp4");
  }

  @Test
  void a_batch_goes_on_after_a_failed_request_and_later_makes_what_is_missing() throws IOException {
    Path damaged = folder.resolve("damaged.mp4");
    byte[] bytes = Files.readAllBytes(camera);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    Path silent = folder.resolve("silent.mp4");
    ClipWriter.writeMp4(silent, Clip.of(TinyClips.video(1.5, 32, 32, 25)));
    Path batch = folder.resolve("batch.jsonl");
    String steps = ", \"num_inference_steps\": 1}\n";
    Files.writeString(
        batch,
        "{\"video\": \""
            + damaged
            + "\""
            + steps
            + "\n{\"task\": \"continue\", \"video\": \""
            + silent
            + "\""
            + steps
            + "{\"seed\": 5"
            + steps);
    Path out = folder.resolve("out");
    String[] command = {"--batch", batch.toString(), "--out", out.toString()};
    Captured run = generate(command);
    assertThat(run.status()).isEqualTo(2);
    Path last = out.resolve("003-joint-seed5.mp4");
    assertThat(run.out()).containsExactly(last.toString());
    assertThat(run.err().stream().filter(line -> line.startsWith("kinetone: ")))
        .hasSize(3)
        .anyMatch(line -> line.contains("batch.jsonl:1: ") && line.contains("damaged.mp4"))
        .anyMatch(line -> line.contains("batch.jsonl:3: ") && line.contains("no sound"))
        .anyMatch(line -> line.contains("2 of 3 requests failed"));

    Files.copy(camera, damaged, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(camera, silent, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(last, "precious");
    run = generate(command);
    assertThat(run.status()).as("%s", run.err()).isZero();
    assertThat(run.out())
        .containsExactly(
            out.resolve("001-damaged-v2a-seed0.mp4").toString(),
            out.resolve("002-silent-continue-seed0.mp4").toString());
    assertThat(run.err()).anyMatch(line -> line.contains("003-joint-seed5.mp4 exists and is kept"));
    assertThat(last).hasContent("precious");
    generate("--batch", batch.toString(), "--out", out.toString(), "--force");
    assertThat(Files.size(last)).isGreaterThan(500);
  }

  @Test
  void all_lines_of_a_batch_are_checked_before_any_work() throws IOException {
    Path batch = folder.resolve("batch.jsonl");
    Path out = folder.resolve("out");
    Files.writeString(
        batch,
        "{}\n{\"task\": \"v2a\"}\n{\"seed\": 1.5}\n{\"task\": 2}\n{}{}\n{\"video\": \"gone.mp4\"}\n");
    Captured run = generate("--batch", batch.toString(), "--out", out.toString());
    refused(run, "batch.jsonl:3 at 'seed'", "batch.jsonl:2", ":4", ":5", ":6");
    assertThat(run.err().get(0)).doesNotContain("batch.jsonl:1");
    Files.writeString(batch, "{}\n{\"guidance_power\": 1}\n{\"variance\": \"fixed_small\"}");
    run = generate("--batch", batch.toString(), "--out", out.toString());
    refused(run, "batch.jsonl:2: guidance_power", "wrong are also", "batch.jsonl:3");
    assertThat(out).doesNotExist();
  }

  @Test
  void other_commands_look_at_their_folder_first_too() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    // A model that does not exist would be told first if the work began first.
    refused(Captured.run("demo", "--model", "gone", "--out", file.toString()), "cannot write");
    refused(Captured.run("scenes", "--out", file.toString()), "cannot write");
    refused(
        Captured.run(
            "prepare",
            "--audio-codec",
            model.resolve("audio_codec").toString(),
            "--scenes",
            "2",
            "--out",
            file.toString()),
        "cannot write");
    refused(Captured.run("scenes", "--count", "0", "--out", folder + "/none"), "--count = 0");
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void a_demo_whose_sound_no_mp4_can_carry_is_refused_before_sampling() throws IOException {
    Path odd = TinyModel.write(folder.resolve("odd"));
    Path index = odd.resolve("model_index.json");
    String text = Files.readString(index);
    assertThat(text).contains("\"sampleRate\" : 8000");
    Files.writeString(index, text.replace("\"sampleRate\" : 8000", "\"sampleRate\" : 8001"));
    Path out = folder.resolve("out");
    for (String[] command :
        new String[][] {
          {
            "demo",
            "--model=" + odd,
            "--sound-model=" + odd,
            "--joint-model=none",
            "--prompt-model=none",
          },
          {"generate", "--model", odd.toString()},
        }) {
      List<String> all = new ArrayList<>(List.of(command));
      all.addAll(List.of("--out", out.toString()));
      refused(Captured.run(all.toArray(String[]::new)), "AAC has no sample rate of 8001 Hz");
    }
    assertThat(out).doesNotExist();
  }

  private static Captured generate(String... options) {
    List<String> all = new ArrayList<>(List.of("generate", "--model", model.toString()));
    all.addAll(List.of(options));
    return Captured.run(all.toArray(String[]::new));
  }

  private static void made(Path file, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--num-inference-steps", "1"));
    Captured run = generate(all.toArray(String[]::new));
    assertThat(run.status()).as("%s", run.err()).isZero();
    assertThat(run.out()).containsExactly(file.toString());
    assertThat(file).isRegularFile();
  }

  private static void refused(Captured run, String... parts) {
    assertThat(run.err()).singleElement().asString().startsWith("kinetone: ").contains(parts);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
  }
}
