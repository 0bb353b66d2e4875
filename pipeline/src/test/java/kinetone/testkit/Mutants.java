package kinetone.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.media.SoundtrackWriter;

/**
 * Media files with seeded damage: the same number gives the same file on every machine. Mutant k is
 * made of base file k mod 3 (MP4, WAV, Matroska), with damage of the kind k / 3 mod 5.
 */
public final class Mutants {
  /** What is done to a file. */
  public enum Damage {
    /** Some bytes anywhere get other values. */
    FLIP,
    /** The end is missing. */
    CUT,
    /** Fields near the beginning, or of the index, get values at the edges of their range. */
    HEADER,
    /** A stretch comes twice. */
    TWICE,
    /** A stretch is missing. */
    GAP
  }

  private static final int[] EDGES = {
    0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7fff_0000, 0x10000, 0x00ff_ffff
  };

  /** Names of fields that say how many, how long and how large. */
  private static final List<String> BOXES =
      List.of(
          "mvhd", "tkhd", "mdhd", "stts", "stsz", "stsc", "stco", "ctts", "elst", "stsd", "avcC",
          "fmt ", "data", "RIFF");

  private final List<String> endings = List.of(".mp4", ".wav", ".mkv");
  private final List<byte[]> bases;

  /** Makes the base files in {@code folder}, 2.25 s each. */
  public Mutants(Path folder) {
    Path mp4 = folder.resolve("base.mp4");
    Path wav = folder.resolve("base.wav");
    Path mkv = folder.resolve("base.mkv");
    Clip clip = Clip.of(TinyClips.video(2.25, 48, 32, 8), TinyClips.audio(2.25, 1, 16000));
    ClipWriter.writeMp4(mp4, clip);
    ClipWriter.writeWav(wav, clip.audio().orElseThrow());
    try (SoundtrackWriter writer =
        SoundtrackWriter.beside(mkv, mp4, 0, OptionalDouble.empty(), 16000, 1)) {
      writer.write(clip.audio().orElseThrow().samples());
      writer.finish();
    }
    bases = new ArrayList<>();
    for (Path file : List.of(mp4, wav, mkv)) {
      bases.add(bytes(file));
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the base file of mutant {@code number}, undamaged, into {@code folder}. */
  public Path writeBase(int number, Path folder) throws IOException {
    int base = number % bases.size();
    return Files.write(folder.resolve("good" + endings.get(base)), bases.get(base));
  }

  /** Writes mutant {@code number} into {@code folder}. */
  public Path write(int number, Path folder) throws IOException {
    int base = number % bases.size();
    Damage damage = Damage.values()[number / bases.size() % Damage.values().length];
    String name =
        String.format(
            Locale.ROOT,
            "mutant-%04d-%s%s",
            number,
            damage.name().toLowerCase(Locale.ROOT),
            endings.get(base));
    // Neighbouring seeds give streams that have nothing in common.
    SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L + 11);
    return Files.write(folder.resolve(name), damaged(bases.get(base), damage, random));
  }

  private static byte[] damaged(byte[] good, Damage damage, SplittableRandom random) {
    int length = good.length;
    // Mostly a few hundred bytes, which is what packets and boxes have.
    int stretch = 1 + random.nextInt(Math.min(length / 2, 1 << random.nextInt(4, 13)));
    int at = random.nextInt(length - stretch);
    return switch (damage) {
      case FLIP -> flipped(good.clone(), random);
      case CUT -> joined(good, 0, random.nextInt(1, length), length, length);
      case HEADER -> headers(good.clone(), random);
      case TWICE -> joined(good, 0, at + stretch, at, length);
      case GAP -> joined(good, 0, at, at + stretch, length);
    };
  }

  private static byte[] flipped(byte[] bytes, SplittableRandom random) {
    int count = 1 << random.nextInt(8);
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] headers(byte[] bytes, SplittableRandom random) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(Math.min(600, bytes.length - 4));
      String box = BOXES.get(random.nextInt(BOXES.size()));
      int found = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(box);
      if (found >= 4 && random.nextInt(4) > 0) {
        at = Math.min(bytes.length - 4, found - 4 + 4 * random.nextInt(10));
      }
      ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      int value = random.nextInt(3) > 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextInt();
      ByteBuffer.wrap(bytes).order(order).putInt(at, value);
    }
    return bytes;
  }

  /** Bytes from {@code from1} to {@code to1}, then from {@code from2} to {@code to2}. */
  private static byte[] joined(byte[] bytes, int from1, int to1, int from2, int to2) {
    return ByteBuffer.allocate(to1 - from1 + to2 - from2)
        .put(bytes, from1, to1 - from1)
        .put(bytes, from2, to2 - from2)
        .array();
  }
}
