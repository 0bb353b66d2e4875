package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import kinetone.common.KinetoneException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoundtrackWriterTest {
  private static final int RATE = 16000;

  @TempDir Path folder;

  /** One coded picture: when it is decoded and shown, in seconds, and a hash of its bytes. */
  private record Coded(double decoded, double shown, boolean key, int hash) {}

  /** 25 frames per second, stereo at 48 kHz, coded with pictures that look forward. */
  private static Path film() {
    try {
      return Path.of(SoundtrackWriterTest.class.getResource("/real/big-buck-bunny.mp4").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv"})
  void pictures_are_copied_packet_by_packet(String ending) {
    Path out = folder.resolve("out." + ending);
    write(out, film(), 0, OptionalDouble.empty(), tone(1.7), 1000);
    List<Coded> source = pictures(film());
    List<Coded> copy = pictures(out);
    assertThat(source).anyMatch(p -> p.shown > p.decoded + 0.05);
    assertThat(hashes(copy)).isEqualTo(hashes(source));
    assertThat(shown(copy)).usingElementComparator(within1ms()).isEqualTo(shown(source));
    MediaInfo info = MediaProbe.probe(out, Limits.defaults());
    assertThat(info.audio().orElseThrow().codec()).isEqualTo("aac");
    assertThat(info.audio().orElseThrow().sampleRate()).isEqualTo(RATE);
    // Negative control: encoding the pictures again keeps none of them.
    Path again = folder.resolve("again.mp4");
    ClipWriter.writeMp4(again, ClipReader.read(film(), ReadOptions.defaults()));
    assertThat(hashes(pictures(again))).doesNotContainAnyElementsOf(hashes(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv"})
  void sound_in_odd_pieces_stays_with_its_picture(String ending) {
    Path source = folder.resolve("source.mp4");
    ClipWriter.writeMp4(source, Clip.of(TestClips.flash(73, 33, 48, 32, 24)));
    int centre = (int) Math.round(33 / 24.0 * RATE);
    Audio click = TestClips.click((int) Math.round(73 / 24.0 * RATE), centre, RATE);
    Path out = folder.resolve("out." + ending);
    write(out, source, 0, OptionalDouble.empty(), click, 777);
    Clip back = ClipReader.read(out, ReadOptions.defaults());
    assertThat(back.video().orElseThrow().frames()).isEqualTo(73);
    assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(33);
    // Matroska rounds to milliseconds.
    double tolerance = ending.equals("mkv") ? 17 : 1;
    assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
        .isCloseTo(centre, within(tolerance));
    assertThat(back.audio().orElseThrow().length())
        .isCloseTo(click.length(), within(ending.equals("mkv") ? 1024 : 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv"})
  void pictures_that_start_later_than_the_sound_keep_their_place(String ending) {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(
        plain, Clip.of(TestClips.flash(16, 4, 32, 32, 8), TestClips.sine(32000, 440, 1, RATE)));
    Path late = new Remuxer().delays(0.25, 0).copy(plain, folder.resolve("late.mp4"), "mp4");
    Path out = folder.resolve("out." + ending);
    // The flash is at 0.25 + 4 / 8 s.
    Audio click = TestClips.click(36000, 12000, RATE);
    write(out, late, 0, OptionalDouble.empty(), click, 4000);
    assertThat(pictures(out).get(0).shown).isCloseTo(0.25, within(0.0011));
    Clip back = ClipReader.read(out, ReadOptions.defaults());
    assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(6);
    assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
        .isCloseTo(12000, within(17.0));
  }

  @Test
  void pictures_alone_that_start_later_begin_with_the_sound() {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(plain, Clip.of(TestClips.flash(16, 4, 32, 32, 8)));
    Path late = new Remuxer().delays(0.5, 0).copy(plain, folder.resolve("late.mp4"), "mp4");
    Path out = folder.resolve("out.mp4");
    write(out, late, 0, OptionalDouble.empty(), TestClips.click(32000, 8000, RATE), 4000);
    Clip back = ClipReader.read(out, ReadOptions.defaults());
    assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(4);
    assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
        .isCloseTo(8000, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv"})
  void rotation_pixel_aspect_and_colour_are_kept(String ending) {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(plain, Clip.of(TestClips.moving(9, 64, 32, 8)));
    Path turned =
        new Remuxer().rotation(90).aspect(4, 3).copy(plain, folder.resolve("turned.mp4"), "mp4");
    Path out = folder.resolve("out." + ending);
    write(out, turned, 0, OptionalDouble.empty(), tone(9 / 8.0), 1000);
    MediaInfo.VideoTrack track = MediaProbe.probe(out, Limits.defaults()).video().orElseThrow();
    assertThat(track.rotation()).isEqualTo(90);
    assertThat(track.pixelAspect()).isCloseTo(4 / 3.0, within(1e-6));
    assertThat(track.displayHeight()).isEqualTo(85);
    try (Demuxer demuxer = Demuxer.open(out, Limits.defaults())) {
      assertThat(demuxer.video().codecpar().color_space()).isEqualTo(AVCOL_SPC_BT709);
    }
  }

  @Test
  void a_stretch_begins_at_the_key_picture_before_and_ends_where_it_should() {
    Path source = folder.resolve("source.mp4");
    // A key picture every 2 s; the flash is at 5.5 s.
    ClipWriter.writeMp4(source, Clip.of(TestClips.flash(80, 44, 48, 32, 8)));
    List<Coded> all = pictures(source);
    for (String ending : List.of("mp4", "mkv")) {
      Path out = folder.resolve("out." + ending);
      double begin;
      try (SoundtrackWriter writer =
          SoundtrackWriter.beside(out, source, 5, OptionalDouble.of(1.5), RATE, 1)) {
        begin = writer.startSeconds();
        push(writer, TestClips.click((int) ((6.5 - begin) * RATE), 24000, RATE), 1000);
        writer.finish();
      }
      assertThat(begin).isEqualTo(4);
      List<Coded> copy = pictures(out);
      assertThat(hashes(copy)).isEqualTo(hashes(all.subList(32, 52)));
      assertThat(copy.get(0).shown).isCloseTo(0, within(1e-3));
      assertThat(copy.get(0).key).isTrue();
      Clip back = ClipReader.read(out, ReadOptions.defaults());
      assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(12);
      assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
          .isCloseTo(24000, within(17.0));
    }
  }

  @Test
  void a_stretch_of_pictures_that_look_forward_can_be_decoded_to_its_end() {
    List<Coded> all = pictures(film());
    for (double end : new double[] {0.5, 0.54, 0.58, 0.62, 0.66}) {
      Path out = folder.resolve("out.mp4");
      write(out, film(), 0, OptionalDouble.of(end), tone(end), 1000);
      List<Coded> copy = pictures(out);
      assertThat(hashes(copy)).isEqualTo(hashes(all.subList(0, copy.size())));
      assertThat(copy.stream().filter(p -> p.shown < end - 1e-3).count())
          .isEqualTo(all.stream().filter(p -> p.shown < end - 1e-3).count());
      ClipReader.read(out, ReadOptions.defaults());
    }
  }

  @Test
  void the_size_of_the_pieces_does_not_show() throws IOException {
    for (String ending : List.of("mp4", "mkv", "wav", "flac")) {
      List<byte[]> files = new ArrayList<>();
      for (int piece : new int[] {311, 27200}) {
        Path out = folder.resolve("out." + ending);
        if (SoundtrackWriter.isSoundAlone(out)) {
          alone(out, tone(1.7), piece);
        } else {
          write(out, film(), 0, OptionalDouble.empty(), tone(1.7), piece);
        }
        files.add(Files.readAllBytes(out));
      }
      assertThat(files.get(0)).isEqualTo(files.get(1));
    }
  }

  @Test
  void the_index_of_mp4_and_mov_stands_before_the_data() throws IOException {
    for (String ending : List.of("mp4", "mov")) {
      Path out = folder.resolve("out." + ending);
      write(out, film(), 0, OptionalDouble.empty(), tone(1.7), 1000);
      String bytes = Files.readString(out, java.nio.charset.StandardCharsets.ISO_8859_1);
      assertThat(bytes.indexOf("moov")).isBetween(1, bytes.indexOf("mdat"));
    }
  }

  @Test
  void sound_alone_is_bit_exact_at_16_bit() {
    Audio audio = TestClips.sixteenBitNoise(10001, 2, 22050);
    for (String ending : List.of("wav", "flac")) {
      Path out = folder.resolve("out." + ending);
      alone(out, audio, 613);
      Audio back = ClipReader.read(out, ReadOptions.defaults()).audio().orElseThrow();
      assertThat(back.samples()).isDeepEqualTo(audio.samples());
    }
  }

  @Test
  void what_is_not_finished_leaves_the_old_file_and_nothing_else() throws IOException {
    Path out = Files.write(folder.resolve("out.mp4"), new byte[] {1, 2, 3});
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(out, film(), 0, OptionalDouble.empty(), RATE, 1)) {
      push(writer, tone(1), 5000);
    }
    Path unused = folder.resolve("new/sound.wav");
    try (SoundtrackWriter writer = SoundtrackWriter.alone(unused, RATE, 1)) {
      assertThatThrownBy(writer::finish).hasMessageContaining("no sound");
    }
    assertThat(out).hasBinaryContent(new byte[] {1, 2, 3});
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(out);
    }
  }

  @Test
  void what_cannot_be_written_is_refused_with_a_remedy() throws IOException {
    Path png = folder.resolve("picture.png");
    ClipWriter.writePng(png, TestClips.moving(1, 32, 32, 8), 0);
    refused("x.mkv", png, "x.mkv cannot carry; use a name ending in .mp4");
    refused("x.avi", film(), "must end in .mp4, .mov, .mkv, .wav or .flac");
    refused("x.wav", film(), "need a name ending in .mp4");
    refused("x.mp4", folder.resolve("none.mp4"), "does not exist");
    Path blind = folder.resolve("blind.wav");
    ClipWriter.writeWav(blind, TestClips.sine(1000, 440, 1, RATE));
    refused("x.mp4", blind, "no picture track");
    assertThatThrownBy(
            () ->
                SoundtrackWriter.beside(
                    folder.resolve("x.mp4"), film(), 99, OptionalDouble.empty(), RATE, 1))
        .hasMessageContaining("nothing from 99.000 s on");
    assertThat(SoundtrackWriter.ending(film())).isEqualTo(".mp4");
    assertThatThrownBy(() -> SoundtrackWriter.alone(folder.resolve("x.mp4"), RATE, 1))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(".wav or .flac");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_encoder_holds_no_more_than_a_block() throws IOException {
    // Four minutes of sound beside nothing: what is pushed is on the disk soon after.
    Path out = folder.resolve("out.wav");
    try (SoundtrackWriter writer = SoundtrackWriter.alone(out, RATE, 1)) {
      for (int second = 0; second < 240; second++) {
        writer.write(new float[1][RATE]);
      }
      long onDisk;
      try (var files = Files.list(folder)) {
        onDisk = Files.size(files.findFirst().orElseThrow());
      }
      assertThat(onDisk).isGreaterThan(235L * RATE * 2);
      writer.finish();
    }
  }

  private void refused(String name, Path video, String message) {
    assertThatThrownBy(
            () ->
                SoundtrackWriter.beside(
                    folder.resolve(name), video, 0, OptionalDouble.empty(), RATE, 1))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message);
  }

  private static Audio tone(double seconds) {
    return TestClips.sine((int) Math.round(seconds * RATE), 440, 1, RATE);
  }

  private static void write(
      Path out, Path video, double start, OptionalDouble seconds, Audio audio, int piece) {
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(out, video, start, seconds, audio.sampleRate(), 1)) {
      push(writer, audio, piece);
      writer.finish();
    }
  }

  private static void alone(Path out, Audio audio, int piece) {
    try (SoundtrackWriter writer =
        SoundtrackWriter.alone(out, audio.sampleRate(), audio.channels())) {
      push(writer, audio, piece);
      writer.finish();
    }
  }

  private static void push(SoundtrackWriter writer, Audio audio, int piece) {
    for (int from = 0; from < audio.length(); from += piece) {
      int to = Math.min(audio.length(), from + piece);
      float[][] part = new float[audio.channels()][];
      for (int c = 0; c < part.length; c++) {
        part[c] = Arrays.copyOfRange(audio.samples()[c], from, to);
      }
      writer.write(part);
    }
  }

  private static List<Coded> pictures(Path file) {
    List<Coded> found = new ArrayList<>();
    AVPacket packet = av_packet_alloc();
    try (PointerScope scope = new PointerScope();
        Demuxer demuxer = Demuxer.open(file, Limits.defaults())) {
      AVStream stream = demuxer.video();
      double tick = Ffmpeg.value(stream.time_base());
      double zero = demuxer.zero();
      while (demuxer.read(packet)) {
        if (packet.stream_index() == stream.index()) {
          byte[] bytes = new byte[packet.size()];
          packet.data().get(bytes);
          boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
          found.add(
              new Coded(
                  packet.dts() * tick - zero,
                  packet.pts() * tick - zero,
                  key,
                  Arrays.hashCode(bytes)));
        }
      }
    } finally {
      av_packet_free(packet);
    }
    return found;
  }

  private static List<Integer> hashes(List<Coded> pictures) {
    return pictures.stream().map(Coded::hash).toList();
  }

  private static List<Double> shown(List<Coded> pictures) {
    return pictures.stream().map(Coded::shown).toList();
  }

  private static java.util.Comparator<Double> within1ms() {
    return (a, b) -> Math.abs(a - b) < 1.1e-3 ? 0 : Double.compare(a, b);
  }
}
