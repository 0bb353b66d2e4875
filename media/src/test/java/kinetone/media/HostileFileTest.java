package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileFileTest {
  @TempDir Path folder;

  @Test
  void text_under_a_media_name_is_refused() throws IOException {
    Path file = folder.resolve("text.mp4");
    Files.writeString(file, "Not a film, just words.\n".repeat(200));
    refused(file, ReadOptions.defaults(), "is not a media file");
  }

  @Test
  void missing_empty_and_folder_are_refused() throws IOException {
    refused(folder.resolve("missing.mp4"), ReadOptions.defaults(), "does not exist");
    refused(folder, ReadOptions.defaults(), "is a folder");
    Path empty = Files.createFile(folder.resolve("empty.mp4"));
    refused(empty, ReadOptions.defaults(), "is empty");
  }

  @Test
  void an_mp4_whose_index_was_at_the_lost_end_is_named_as_such() throws IOException {
    byte[] bytes = clip();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] head = Arrays.copyOf(bytes, text.indexOf("moov") - 4);
    Path file = Files.write(folder.resolve("headless.mp4"), head);
    refused(file, ReadOptions.defaults(), "moov");
  }

  @Test
  void data_cut_off_at_any_point_is_noticed() throws IOException {
    byte[] bytes = clip();
    int data = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("mdat");
    for (double share : new double[] {0.02, 0.3, 0.6, 0.8}) {
      int length = data + 4 + (int) (share * (bytes.length - data));
      Path file = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(bytes, length));
      refused(file, ReadOptions.defaults(), "cut off or damaged");
    }
  }

  @Test
  void cut_off_sound_files_are_noticed() throws IOException {
    Path flac = folder.resolve("a.flac");
    ClipWriter.writeFlac(flac, TestClips.sixteenBitNoise(48000, 1, 16000));
    byte[] bytes = Files.readAllBytes(flac);
    Files.write(flac, Arrays.copyOf(bytes, bytes.length / 2));
    refused(flac, ReadOptions.defaults(), "cut off or damaged");
  }

  @Test
  void random_damage_never_crashes_and_every_error_is_one_line() throws IOException {
    byte[] bytes = clip();
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 60; round++) {
      byte[] damaged = bytes.clone();
      for (int i = 0; i < 1 + round; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("damaged.mp4"), damaged);
      try {
        ClipReader.read(file, ReadOptions.defaults().withLimits(Limits.defaults().withSeconds(60)));
      } catch (KinetoneException e) {
        assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
        assertThat(e).hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void a_required_track_that_is_missing_is_named() {
    Path silent = folder.resolve("silent.mp4");
    ClipWriter.writeMp4(silent, Clip.of(TestClips.moving(3, 32, 32, 8)));
    refused(
        silent,
        ReadOptions.defaults().withTracks(TrackUse.IF_PRESENT, TrackUse.REQUIRED),
        "has no sound track, one is required");
    Path blind = folder.resolve("blind.wav");
    ClipWriter.writeWav(blind, TestClips.sine(1000, 440, 1, 16000));
    refused(
        blind,
        ReadOptions.defaults().withTracks(TrackUse.REQUIRED, TrackUse.SKIP),
        "has no picture track, one is required");
  }

  @Test
  void a_100_megapixel_header_is_refused_before_anything_is_decoded() throws IOException {
    Path file = folder.resolve("huge.png");
    ClipWriter.writePng(file, new byte[64 * 64 * 3], 64, 64);
    byte[] bytes = Files.readAllBytes(file);
    // Width and height of the header chunk; its checksum is corrected as an attacker would.
    putInt(bytes, 16, 10_000);
    putInt(bytes, 20, 10_000);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(bytes, 12, 17);
    putInt(bytes, 29, (int) crc.getValue());
    Files.write(file, bytes);
    KinetoneException e = refused(file, ReadOptions.defaults(), "pixels");
    assertThat(e).hasMessageContaining("33177600");
  }

  @Test
  void an_oversize_container_header_is_refused() throws IOException {
    byte[] bytes = clip();
    Path file = Files.write(folder.resolve("clip.mp4"), bytes);
    refused(
        file,
        ReadOptions.defaults().withLimits(Limits.defaults().withPixelsPerFrame(64 * 64 - 1)),
        "pictures of 64x64 pixels, the limit is 4095");
    assertThat(
            ClipReader.read(
                    file,
                    ReadOptions.defaults()
                        .withLimits(Limits.defaults().withPixelsPerFrame(64 * 64)))
                .video())
        .isPresent();
  }

  @Test
  void too_long_too_many_tracks_and_too_many_bytes_are_refused() throws IOException {
    Path file = Files.write(folder.resolve("clip.mp4"), clip());
    ReadOptions options = ReadOptions.defaults();
    refused(file, options.withLimits(Limits.defaults().withSeconds(1)), "the limit is 1.0 s");
    refused(file, options.withLimits(new Limits(1 << 20, 60, 1, 1 << 20)), "more than 1 tracks");
    refused(file, options.withLimits(new Limits(1 << 20, 60, 4, 100)), "the limit is 100 bytes");
    refused(file, options.withStart(10), "nothing from 10.000 s on");
    // A short stretch of a long file is within the limit.
    Limits second = Limits.defaults().withSeconds(1);
    Clip part = ClipReader.read(file, options.withLimits(second).withInterval(0.5, 1));
    assertThat(part.video().orElseThrow().frames()).isEqualTo(8);
  }

  @Test
  void a_playlist_never_opens_the_files_it_names() throws IOException {
    Path clip = Files.write(folder.resolve("secret.mp4"), clip());
    Path list = folder.resolve("list.mp4");
    Files.writeString(list, "ffconcat version 1.0\nfile '" + clip.getFileName() + "'\n");
    refused(list, ReadOptions.defaults(), "is not a media file");
    Files.writeString(
        list, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n");
    refused(list, ReadOptions.defaults(), "is not a media file");
  }

  @Test
  void a_failed_write_leaves_nothing_and_keeps_the_old_file() throws IOException {
    Path file = Files.write(folder.resolve("clip.mp4"), new byte[] {1, 2, 3});
    KinetoneException e =
        catchThrowableOfType(
            KinetoneException.class,
            () -> ClipWriter.writeMp4(file, Clip.of(TestClips.sine(99, 1, 9, 16000))));
    assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp*");
  }

  private byte[] clip() throws IOException {
    Path file = folder.resolve("source.mp4");
    ClipWriter.writeMp4(
        file, Clip.of(TestClips.moving(17, 64, 64, 8), TestClips.sine(34000, 440, 1, 16000)));
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static void putInt(byte[] bytes, int at, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }

  private static KinetoneException refused(Path file, ReadOptions options, String message) {
    KinetoneException e =
        catchThrowableOfType(KinetoneException.class, () -> ClipReader.read(file, options));
    assertThat(e).as("reading %s", file).isNotNull();
    assertThat(e).hasMessageContaining(message).hasMessageNotContaining("\n");
    assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
    return e;
  }
}
