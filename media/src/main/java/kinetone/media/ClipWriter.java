package kinetone.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.PointerScope;

/**
 * Writes clips. A file appears under its name only when it is complete and its headers, read back,
 * agree with the clip. The same clip gives the same bytes.
 */
public final class ClipWriter {
  private static final List<Integer> AAC_RATES =
      List.of(
          7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000);

  private static final int SMALLEST_H264_SIDE = 16;

  private ClipWriter() {}

  /**
   * Writes what the ending of the name says: the sound alone in {@code .wav} and {@code .flac},
   * otherwise MP4.
   *
   * @throws KinetoneException as {@link #writeMp4}; also when a file of sound is asked for and the
   *     clip has none
   */
  public static void write(Path path, Clip clip) {
    String name = name(path);
    if (!name.endsWith(".wav") && !name.endsWith(".flac")) {
      writeMp4(path, clip);
      return;
    }
    Audio audio =
        clip.audio().orElseThrow(() -> KinetoneException.user("%s: the clip has no sound", path));
    if (name.endsWith(".wav")) {
      writeWav(path, audio);
    } else {
      writeFlac(path, audio);
    }
  }

  /**
   * Requires what {@link #write} would, before there is a clip.
   *
   * @param format of the pictures
   * @param sampleRate of the sound in Hz
   * @throws KinetoneException of kind USER when the file could not hold such a clip
   */
  public static void requireFits(Path path, ClipFormat format, int sampleRate, int channels) {
    String name = name(path);
    if (name.endsWith(".flac")) {
      checkFlac(channels);
    } else if (!name.endsWith(".wav")) {
      checkH264(format.width(), format.height());
      checkAac(sampleRate, channels);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }

  /**
   * Writes pictures (H.264, 4:2:0) and sound (AAC-LC), whichever the clip has, with the index at
   * the front. A picture of odd width or height gets a copy of its last column or row.
   *
   * @throws KinetoneException of kind USER when the formats cannot hold the clip, of kind RESOURCE
   *     when the disk refuses
   */
  public static void writeMp4(Path path, Clip clip) {
    clip.video().ifPresent(video -> checkH264(video.width(), video.height()));
    clip.audio().ifPresent(ClipWriter::checkAac);
    Check.that(
        clip.video().isPresent() || clip.audio().isPresent(),
        "%s: the clip has neither pictures nor sound",
        path);
    AtomicFile.write(
        path,
        temporary -> {
          encodeMp4(temporary, clip);
          WrittenFile.verifyMp4(temporary, path, clip);
        });
  }

  /** Writes 16-bit PCM. Samples beyond [−1, 1) are clipped. */
  public static void writeWav(Path path, Audio audio) {
    Check.atLeast("samples to write", audio.length(), 1);
    AtomicFile.write(
        path,
        temporary -> {
          try (PointerScope scope = new PointerScope();
              SoundEncoder encoder = soundEncoder(SoundEncoder::wav, audio)) {
            mux(temporary, "wav", List.of(encoder));
          }
          WrittenFile.verifySound(
              temporary, path, audio.sampleRate(), audio.channels(), audio.length());
        });
  }

  /** Writes 16-bit FLAC. Samples beyond [−1, 1) are clipped. */
  public static void writeFlac(Path path, Audio audio) {
    Check.atLeast("samples to write", audio.length(), 1);
    checkFlac(audio.channels());
    AtomicFile.write(
        path,
        temporary -> {
          try (PointerScope scope = new PointerScope();
              SoundEncoder encoder = soundEncoder(SoundEncoder::flac, audio)) {
            mux(temporary, "flac", List.of(encoder));
          }
          WrittenFile.verifySound(
              temporary, path, audio.sampleRate(), audio.channels(), audio.length());
        });
  }

  /** Writes picture {@code frame} of a video as PNG. */
  public static void writePng(Path path, Video video, int frame) {
    Check.within("frame", frame, 0, video.frames() - 1);
    int size = video.width() * video.height() * 3;
    writePng(
        path,
        Arrays.copyOfRange(video.rgb(), frame * size, (frame + 1) * size),
        video.width(),
        video.height());
  }

  /**
   * Writes one picture as PNG.
   *
   * @param rgb {@code height * width * 3} bytes in the order (row, column, R G B)
   */
  public static void writePng(Path path, byte[] rgb, int width, int height) {
    Video picture = new Video(rgb, 1, width, height, 1);
    AtomicFile.write(
        path,
        temporary -> {
          try (PointerScope scope = new PointerScope();
              PngEncoder encoder = new PngEncoder(picture)) {
            Files.write(temporary, encoder.encode());
          }
        });
  }

  private static SoundEncoder soundEncoder(
      BiFunction<Integer, Integer, SoundEncoder> codec, Audio audio) {
    return codec.apply(audio.sampleRate(), audio.channels()).of(audio);
  }

  private static void encodeMp4(Path path, Clip clip) throws IOException {
    for (int quality = 0; ; quality++) {
      try {
        encodeMp4(path, clip, quality);
        return;
      } catch (EncoderOverflowException e) {
        if (clip.video().isEmpty() || quality + 1 == PictureEncoder.QUALITIES) {
          throw KinetoneException.internal("the encoder failed: %s", e.getMessage());
        }
      }
    }
  }

  private static void encodeMp4(Path path, Clip clip, int quality) throws IOException {
    List<TrackEncoder> tracks = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      if (clip.video().isPresent()) {
        tracks.add(new PictureEncoder(clip.video().get(), quality));
      }
      if (clip.audio().isPresent()) {
        tracks.add(soundEncoder(SoundEncoder::aac, clip.audio().get()));
      }
      mux(path, "mp4", tracks);
    } finally {
      tracks.forEach(TrackEncoder::close);
    }
  }

  static void checkFlac(int channels) {
    Check.that(channels <= 8, "FLAC holds at most 8 channels, the clip has %d", channels);
  }

  static void mux(Path path, String container, List<? extends TrackEncoder> tracks)
      throws IOException {
    try (Muxer muxer = new Muxer(path, container)) {
      for (TrackEncoder track : tracks) {
        track.attach(muxer);
      }
      muxer.begin("movflags", "+faststart");
      for (TrackEncoder next = earliest(tracks); next != null; next = earliest(tracks)) {
        try (PointerScope scope = new PointerScope()) {
          next.encodeNext(muxer);
        }
      }
      for (TrackEncoder track : tracks) {
        track.finish(muxer);
      }
      muxer.finish();
    }
  }

  /** Feeding the tracks in step keeps the muxer from having to buffer one of them. */
  private static TrackEncoder earliest(List<? extends TrackEncoder> tracks) {
    TrackEncoder first = null;
    for (TrackEncoder track : tracks) {
      if (track.nextTime() < (first == null ? Double.POSITIVE_INFINITY : first.nextTime())) {
        first = track;
      }
    }
    return first;
  }

  private static void checkH264(int width, int height) {
    Check.that(
        Math.min(width, height) >= SMALLEST_H264_SIDE,
        "H.264 pictures need at least %d pixels a side, these have %dx%d; enlarge them",
        SMALLEST_H264_SIDE,
        width,
        height);
  }

  private static void checkAac(Audio audio) {
    Check.atLeast("samples to write", audio.length(), 1);
    checkAac(audio.sampleRate(), audio.channels());
  }

  static void checkAac(int sampleRate, int channels) {
    Check.that(
        AAC_RATES.contains(sampleRate),
        "AAC has no sample rate of %d Hz; resample to one of %s",
        sampleRate,
        AAC_RATES);
    Check.that(channels <= 8, "AAC holds at most 8 channels, the clip has %d", channels);
  }
}
