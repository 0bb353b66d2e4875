package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalDouble;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the time stamps say, reading ends soon; where they are right they are believed. */
@Timeout(60)
class TimeStampsTest {
  private static final ReadOptions STREAMING =
      ReadOptions.defaults().withFramesPerSecond(8).withLimits(Limits.streaming());

  @TempDir Path folder;

  private static Path sample(String name) {
    try {
      return Path.of(TimeStampsTest.class.getResource("/hostile/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path clip() {
    Path file = folder.resolve("clip.mp4");
    ClipWriter.writeMp4(
        file, Clip.of(TestClips.moving(17, 64, 64, 8), TestClips.sine(34000, 440, 1, 16000)));
    return file;
  }

  @Test
  void a_header_of_years_is_refused_however_the_file_is_opened() {
    Path bomb = sample("bomb.mp4");
    refused(() -> MediaProbe.probe(bomb, Limits.streaming()), "100000001.0 s long");
    refused(() -> ClipStream.open(bomb, STREAMING), "100000001.0 s long");
    refused(
        () ->
            SoundtrackWriter.beside(
                folder.resolve("o.mp4"), bomb, 0, OptionalDouble.empty(), 16000, 1),
        "100000001.0 s long");
    // A stretch of it is within the limit, but not what its one picture takes.
    refused(() -> ClipReader.read(bomb, STREAMING.withInterval(0, 2)), "time stamps");
  }

  @ParameterizedTest
  @CsvSource({"mp4, 3600", "matroska, 3600", "matroska, 61", "mov, 1e5"})
  void pictures_that_jump_ahead_are_refused(String container, double jump) {
    Path jumping =
        new Remuxer()
            .pictureTimes(k -> k / 8.0 + (k >= 9 ? jump : 0))
            .copy(clip(), folder.resolve("jump." + container), container);
    for (TrackUse sound : new TrackUse[] {TrackUse.SKIP, TrackUse.IF_PRESENT}) {
      refused(
          () -> drain(jumping, STREAMING.withTracks(TrackUse.REQUIRED, sound)),
          jump > 86400 ? "the limit is" : "time stamps of its pictures jump");
    }
  }

  @Test
  void pictures_before_the_clocks_zero_are_the_beginning() {
    Video whole = ClipReader.read(clip(), ReadOptions.defaults()).video().orElseThrow();
    Path before =
        new Remuxer()
            .delays(-0.25, -0.25)
            .pictureTimes(k -> k / 8.0)
            .copy(clip(), folder.resolve("before.ts"), "mpegts");
    Clip read = ClipReader.read(before, ReadOptions.defaults());
    assertThat(read.video().orElseThrow().frames()).isEqualTo(17);
    assertThat(read.video().orElseThrow().rgb()).isEqualTo(whole.rgb());
    // Sound and pictures stay together; what the codec needed to start up is still left out.
    assertThat(read.audio().orElseThrow().seconds()).isEqualTo(2.125, within(0.07));
    assertThat(drain(before, STREAMING)).isEqualTo(2.125, within(0.07));
    Path copy = folder.resolve("copy.mkv");
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(copy, before, 0, OptionalDouble.empty(), 16000, 1)) {
      writer.write(new float[1][34000]);
      writer.finish();
    }
    assertThat(ClipReader.read(copy, ReadOptions.defaults()).video().orElseThrow().rgb())
        .isEqualTo(whole.rgb());
  }

  @Test
  void a_picture_may_stand_for_less_than_the_limit() {
    Path slow =
        new Remuxer()
            .pictureTimes(k -> k * 20.0)
            .copy(clip(), folder.resolve("slow.mkv"), "matroska");
    ReadOptions pictures = STREAMING.withTracks(TrackUse.REQUIRED, TrackUse.SKIP);
    assertThat(drain(slow, pictures)).isEqualTo(340, within(1.0));
    refused(() -> drain(slow, pictures.withLimits(Limits.streaming().withGapSeconds(19))), "jump");
  }

  @Test
  void a_stream_whose_time_begins_anew_is_refused() throws IOException {
    Path late = ts(3600);
    Path early = ts(0);
    for (Path[] pair : new Path[][] {{late, early}, {early, late}, {early, early}}) {
      Path joined = folder.resolve("joined.ts");
      Files.write(joined, Files.readAllBytes(pair[0]));
      Files.write(joined, Files.readAllBytes(pair[1]), StandardOpenOption.APPEND);
      for (TrackUse[] use :
          new TrackUse[][] {
            {TrackUse.REQUIRED, TrackUse.SKIP},
            {TrackUse.SKIP, TrackUse.REQUIRED},
            {TrackUse.REQUIRED, TrackUse.REQUIRED}
          }) {
        refused(() -> drain(joined, STREAMING.withTracks(use[0], use[1])), "the limit is");
      }
      refused(() -> copyPictures(joined), "the limit is");
    }
  }

  private Path ts(double delay) {
    Path file = folder.resolve("part" + (int) delay + ".ts");
    return new Remuxer().delays(delay, delay).copy(clip(), file, "mpegts");
  }

  private void copyPictures(Path video) {
    Path out = folder.resolve("copy.mkv");
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(out, video, 0, OptionalDouble.empty(), 16000, 1)) {
      writer.write(new float[1][16000]);
      writer.finish();
    } finally {
      assertThat(out).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"slide.mp4, 10.04", "vfr.mp4, 2.9667"})
  void the_last_picture_of_a_variable_rate_ends_where_the_track_ends(String name, double seconds) {
    Path file = sample(name);
    ReadOptions options = ReadOptions.defaults().withFramesPerSecond(100);
    assertThat(MediaProbe.probe(file, Limits.defaults()).seconds()).isEqualTo(seconds, within(.01));
    assertThat(drain(file, options)).isEqualTo(seconds, within(1e-3));
    assertThat(ClipReader.read(file, options).video().orElseThrow().seconds())
        .isEqualTo(seconds, within(0.011));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void a_pipe_or_a_device_is_never_opened(boolean pipe) throws Exception {
    Path path = pipe ? folder.resolve("pipe.mp4") : Path.of("/dev/zero");
    if (pipe) {
      assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    }
    refused(() -> MediaProbe.probe(path, Limits.defaults()), "is not a regular file");
    refused(() -> ClipReader.read(path, ReadOptions.defaults()), "is not a regular file");
    refused(
        () ->
            SoundtrackWriter.beside(
                folder.resolve("o.mp4"), path, 1, OptionalDouble.empty(), 16000, 1),
        "is not a regular file");
  }

  private static double drain(Path file, ReadOptions options) {
    try (ClipStream stream = ClipStream.open(file, options)) {
      long pieces = 0;
      for (Optional<ClipChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
        pieces++;
        assertThat(pieces).isLessThan(100_000);
      }
      return stream.hasVideo() ? stream.videoSeconds() : 0;
    }
  }

  private static void refused(Runnable read, String message) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
