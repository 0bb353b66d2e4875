package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.FileTrial;
import kinetone.media.Limits;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.train.DataOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSourceTest {
  private static final ClipFormat FORMAT = new ClipFormat(16, 16, 5, 8, 5000, 8000);

  @TempDir static Path folder;
  @TempDir Path other;

  /** A brightness that rises with time and a tone. */
  private static Clip clip(int frames, double amplitude) {
    byte[] rgb = new byte[frames * 16 * 16 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (40 + 10 * (i / (16 * 16 * 3)));
    }
    float[] sound = new float[frames * 1000];
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (float) (amplitude * Math.sin(0.2 * i + 1e-5 * i * i));
    }
    return Clip.of(new Video(rgb, frames, 16, 16, 8), Audio.mono(sound, 8000));
  }

  @BeforeAll
  static void writeFiles() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    ClipWriter.writeMp4(folder.resolve("b.mp4"), clip(17, 0.5));
    ClipWriter.writeMp4(folder.resolve("sub/a.mp4"), clip(5, 0.3));
    ClipWriter.writeMp4(folder.resolve("short.mp4"), clip(3, 0.5));
    ClipWriter.writeMp4(folder.resolve("silent.mp4"), clip(6, 0));
    ClipWriter.writeMp4(folder.resolve("mute.mp4"), Clip.of(clip(6, 0).video().orElseThrow()));
    ClipWriter.writeWav(folder.resolve("sound.wav"), clip(6, 0.5).audio().orElseThrow());
    Files.writeString(folder.resolve("text.mp4"), "this is not a film\n".repeat(100));
    byte[] whole = Files.readAllBytes(folder.resolve("b.mp4"));
    Files.write(folder.resolve("torn.mp4"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(folder.resolve(".hidden"), "x");
  }

  @Test
  void folder_gives_consecutive_clips_of_its_files_in_the_order_of_their_paths() {
    ManifestSource source = ManifestSource.open(folder, FORMAT);
    assertThat(source.report().accepted())
        .extracting(file -> file.path() + " " + file.clips())
        .containsExactly("b.mp4 3", "sub/a.mp4 1");
    assertThat(source.size()).isEqualTo(4);

    Clip whole = ClipReader.read(folder.resolve("b.mp4"), ReadOptions.defaults());
    int bytes = 5 * 16 * 16 * 3;
    for (int k = 0; k < 3; k++) {
      Clip cut = source.clip(k);
      assertThat(cut.video().orElseThrow().rgb())
          .isEqualTo(
              Arrays.copyOfRange(whole.video().orElseThrow().rgb(), k * bytes, (k + 1) * bytes));
      float[] samples = cut.audio().orElseThrow().samples()[0];
      float[] expected =
          Arrays.copyOfRange(whole.audio().orElseThrow().samples()[0], k * 5000, (k + 1) * 5000);
      assertThat(samples).isEqualTo(expected);
    }
    assertThatThrownBy(() -> source.clip(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void every_file_that_gives_no_clip_is_reported_with_the_reason() {
    Map<String, String> reasons =
        ManifestSource.open(folder, FORMAT).report().rejected().stream()
            .collect(
                Collectors.toMap(ManifestReport.Rejected::path, ManifestReport.Rejected::reason));
    assertThat(reasons)
        .containsOnlyKeys(
            "mute.mp4", "short.mp4", "silent.mp4", "sound.wav", "text.mp4", "torn.mp4");
    assertThat(reasons.get("mute.mp4")).isEqualTo("no sound track");
    assertThat(reasons.get("sound.wav")).isEqualTo("no picture track");
    assertThat(reasons.get("short.mp4")).startsWith("too short: 0.375 s");
    assertThat(reasons.get("silent.mp4")).startsWith("silent");
    assertThat(reasons.values())
        .allSatisfy(
            reason -> assertThat(reason).isNotBlank().doesNotContain("\n", folder.toString()));
  }

  @Test
  void files_beyond_the_limits_are_rejected() {
    assertThatThrownBy(
            () ->
                ManifestSource.open(
                    folder, FORMAT, Limits.defaults().withSeconds(0.1), FileTrial.none()))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("no usable clip of 0.625 s: b.mp4: is 2.1")
        .hasMessageContaining("and 5 more")
        .hasMessageNotContaining("\n");
  }

  @Test
  void checksum_is_that_of_the_file_and_the_digest_follows_the_content() throws Exception {
    ManifestReport report = ManifestSource.open(folder, FORMAT).report();
    byte[] bytes = Files.readAllBytes(folder.resolve("b.mp4"));
    assertThat(report.accepted().get(0).sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));

    Files.copy(folder.resolve("b.mp4"), other.resolve("b.mp4"));
    ManifestReport one = ManifestSource.open(other, FORMAT).report();
    Files.delete(other.resolve("b.mp4"));
    Files.copy(folder.resolve("b.mp4"), other.resolve("renamed.mp4"));
    assertThat(ManifestSource.open(other, FORMAT).report().digest()).isEqualTo(one.digest());
    Files.copy(folder.resolve("sub/a.mp4"), other.resolve("another.mp4"));
    assertThat(ManifestSource.open(other, FORMAT).report().digest()).isNotEqualTo(one.digest());

    report.write(other.resolve("report.json"));
    assertThat(other.resolve("report.json"))
        .content()
        .contains("\"path\" : \"b.mp4\"", report.accepted().get(0).sha256(), "no sound track");
  }

  @Test
  void csv_and_jsonl_name_stretches_relative_to_the_manifest() throws IOException {
    Path csv = folder.resolve("sub/list.csv");
    Path jsonl = folder.resolve("sub/list.jsonl");
    try {
      Files.writeString(
          csv,
          """
          \uFEFFid,path,start,end,caption
          7,../b.mp4,0.625,,"a tone, rising"

          8,a.mp4,,,
          9,gone.mp4,,,
          """);
      Files.writeString(
          jsonl,
          """
          {"path": "../b.mp4", "start": 0.625, "text": "a tone, rising"}
          {"path": "a.mp4", "end": null}

          {"path": "gone.mp4"}
          """);
      Clip second = ManifestSource.open(folder, FORMAT).clip(1);
      for (Path manifest : List.of(csv, jsonl)) {
        ManifestSource source = ManifestSource.open(manifest, FORMAT);
        assertThat(source.size()).isEqualTo(3);
        assertThat(source.caption(1)).isEqualTo("a tone, rising");
        assertThat(source.caption(2)).isEmpty();
        assertThat(source.clip(0).video().orElseThrow().rgb())
            .isEqualTo(second.video().orElseThrow().rgb());
        assertThat(source.report().rejected())
            .containsExactly(new ManifestReport.Rejected("gone.mp4", "does not exist"));
      }
    } finally {
      Files.deleteIfExists(csv);
      Files.deleteIfExists(jsonl);
    }
  }

  @Test
  void faults_of_a_manifest_are_one_line_that_says_where() throws IOException {
    assertFault("list.csv", "file,start\na.mp4,0\n", "row 1 has no 'path'");
    assertFault("list.csv", "path,start\na.mp4,soon\n", "row 1: start = 'soon' is not a number");
    assertFault("list.csv", "path,start,end\na.mp4,0,1\na.mp4,2,1\n", "row 2: end = 1.0");
    assertFault("list.csv", "path\n", "names no files");
    assertFault("list.jsonl", "{\"path\": \"a.mp4\"}\n{\"path\": \n", "list.jsonl:2: ");
    assertFault(
        "list.jsonl", "[1]\n", "list.jsonl:1: an object {...} is expected, there is a list");
    assertFault("list.jsonl", "{\"path\": \"a.mp4\", \"start\": -1}\n", "start = -1.0");
    assertFault("list.txt", "a.mp4\n", "no folder, no .csv and no .jsonl");
    assertThatThrownBy(() -> ManifestSource.open(other.resolve("nowhere"), FORMAT))
        .hasMessageContaining("does not exist");
  }

  private void assertFault(String name, String text, String message) throws IOException {
    Path manifest = other.resolve(name);
    Files.writeString(manifest, text);
    assertThatThrownBy(() -> ManifestSource.open(manifest, FORMAT))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(name)
        .hasMessageNotContaining("\n");
  }

  @Test
  void loader_gives_the_clips_in_the_order_asked_for_whatever_the_timing() {
    ManifestSource source = ManifestSource.open(folder, FORMAT);
    DataOrder order = new DataOrder(source.size(), 5);
    try (ClipLoader loader = new ClipLoader(source, order::index, 3, 4)) {
      for (long first : new long[] {0, 3, 6, 20, 2}) {
        List<Clip> clips = loader.clips(first, 3);
        for (int i = 0; i < 3; i++) {
          Clip direct = source.clip(order.index(first + i));
          assertThat(clips.get(i).video().orElseThrow().rgb())
              .isEqualTo(direct.video().orElseThrow().rgb());
          assertThat(clips.get(i).audio().orElseThrow().samples()[0])
              .isEqualTo(direct.audio().orElseThrow().samples()[0]);
        }
      }
    }
  }
}
