package kinetone.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.common.KinetoneException;

/** Reads a whole file, or a stretch of it, into memory. Long files: {@link ClipStream}. */
public final class ClipReader {
  private ClipReader() {}

  /**
   * Reads any file FFmpeg can decode. Picture k of the result is the one of {@link
   * ReadOptions#choice()}; sound and pictures begin at the same instant.
   *
   * @throws KinetoneException of kind USER when the file is missing, unreadable, cut off, lacks a
   *     required track, is beyond a limit or does not fit into memory as a clip
   */
  public static Clip read(Path path, ReadOptions options) {
    try (ClipStream stream = ClipStream.open(path, options)) {
      List<byte[]> frames = new ArrayList<>();
      List<float[][]> samples = new ArrayList<>();
      long pixels = stream.hasVideo() ? 3L * stream.width() * stream.height() : 0;
      long sampleCount = 0;
      for (Optional<ClipChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get() instanceof ClipChunk.Frame frame) {
          frames.add(frame.rgb());
          checkFits(path, pixels * frames.size());
        } else if (next.get() instanceof ClipChunk.Samples sound) {
          samples.add(sound.samples());
          sampleCount += sound.samples()[0].length;
          checkFits(path, sampleCount);
        }
      }
      if (frames.isEmpty() && samples.isEmpty()) {
        throw KinetoneException.user(
            "%s has nothing to decode from %.3f s on", path, options.startSeconds());
      }
      return new Clip(video(stream, frames), audio(stream, samples, (int) sampleCount));
    }
  }

  private static void checkFits(Path path, long elements) {
    if (elements > Integer.MAX_VALUE - 8) {
      throw KinetoneException.user(
          "%s is too long to be held as one clip; read a shorter stretch, a smaller size or a lower"
              + " frame rate",
          path);
    }
  }

  private static Optional<Video> video(ClipStream stream, List<byte[]> frames) {
    if (frames.isEmpty()) {
      return Optional.empty();
    }
    int size = frames.get(0).length;
    byte[] rgb = new byte[size * frames.size()];
    for (int k = 0; k < frames.size(); k++) {
      System.arraycopy(frames.get(k), 0, rgb, k * size, size);
    }
    return Optional.of(
        new Video(rgb, frames.size(), stream.width(), stream.height(), stream.framesPerSecond()));
  }

  private static Optional<Audio> audio(ClipStream stream, List<float[][]> parts, int length) {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    float[][] samples = new float[parts.get(0).length][length];
    int at = 0;
    for (float[][] part : parts) {
      for (int c = 0; c < samples.length; c++) {
        System.arraycopy(part[c], 0, samples[c], at, part[c].length);
      }
      at += part[0].length;
    }
    return Optional.of(new Audio(samples, stream.sampleRate()));
  }
}
