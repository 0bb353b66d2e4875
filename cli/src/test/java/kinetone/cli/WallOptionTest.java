package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the wall refuses, and that are read without it. */
class WallOptionTest {
  private static final String REFUSED = "strange.wav";

  @TempDir Path folder;
  private Path given;

  /** Sound in a container of Sun's workstations, which nobody's camera or browser writes. */
  @BeforeEach
  void write() throws IOException {
    given = Files.createDirectories(folder.resolve("given"));
    ByteBuffer file = ByteBuffer.allocate(24 + 2 * 8000);
    file.put(".snd".getBytes(StandardCharsets.US_ASCII)).putInt(24).putInt(16_000).putInt(3);
    file.putInt(8000).putInt(1);
    for (int i = 0; i < 8000; i++) {
      file.putShort((short) (8000 * Math.sin(0.3 * i)));
    }
    Files.write(given.resolve(REFUSED), file.array());
  }

  @Test
  void generate_reads_what_passed_and_nothing_else() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    String[] command = {
      "generate",
      "--model=" + model,
      "--task=a2v",
      "--audio=" + given.resolve(REFUSED),
      "--num-inference-steps=1",
      "--device=cpu",
      "--output=" + folder.resolve("made.mp4"),
      "--wall"
    };
    Captured walled = Captured.run(command);
    assertThat(walled.status()).isEqualTo(2);
    assertThat(walled.err()).singleElement().asString().contains(REFUSED, "not a media file");
    assertThat(folder.resolve("made.mp4")).doesNotExist();
    Path batch = folder.resolve("batch.jsonl");
    Files.writeString(
        batch, "{\"task\": \"a2v\", \"audio\": \"" + given.resolve(REFUSED) + "\"}\n");
    Captured line =
        Captured.run(
            "generate",
            "--model=" + model,
            "--batch=" + batch,
            "--out=" + folder.resolve("clips"),
            "--wall",
            "--device=cpu");
    assertThat(line.status()).isEqualTo(2);
    assertThat(line.err()).singleElement().asString().contains(REFUSED, "not a media file");
    assertThat(folder.resolve("clips")).doesNotExist();
    command[command.length - 1] = "--force";
    assertThat(Captured.run(command).status()).isZero();
    assertThat(folder.resolve("made.mp4")).isNotEmptyFile();
  }

  @Test
  void evaluate_lists_what_did_not_pass() throws IOException {
    TinyClips.camera(given.resolve("a.mp4"), 1);
    TinyClips.camera(given.resolve("b.mp4"), 1);
    String[] command = {
      "evaluate",
      "--real=" + given,
      "--made=" + Files.createDirectories(folder.resolve("made")),
      "--metrics=silence",
      "--judges=../models/kinds-scenes",
      "--out=" + folder.resolve("walled"),
      "--device=cpu",
      "--wall"
    };
    for (String name : new String[] {"a.mp4", "b.mp4", REFUSED}) {
      Files.copy(given.resolve(name), folder.resolve("made").resolve(name));
    }
    assertThat(Captured.run(command).err())
        .anyMatch(l -> l.contains("made: " + REFUSED) && l.contains("not a media file"));
    command[command.length - 1] = "--out=" + folder.resolve("plain");
    assertThat(Captured.run(command).err()).noneMatch(line -> line.contains("not a media file"));
  }

  @Test
  void prepare_rejects_what_did_not_pass() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    TinyClips.camera(given.resolve("a.mp4"), 3);
    Path out = folder.resolve("latents");
    String[] command = {
      "prepare",
      "--files=" + given,
      "--audio-codec=" + model.resolve("audio_codec"),
      "--width=16",
      "--height=16",
      "--frames=9",
      "--fps=8",
      "--samples=9000",
      "--rate=8000",
      "--device=cpu",
      "--out=" + out,
      "--wall"
    };
    Captured run = Captured.run(command);
    assertThat(run.status()).as(run.err().toString()).isZero();
    assertThat(out.resolve("report.json")).content().contains(REFUSED, "not a media file");
  }
}
