package kinetone.testkit;

import java.nio.file.Path;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.media.Video;

/** Clips made for tests. */
public final class TinyClips {
  private TinyClips() {}

  /** Colours that move. */
  public static Video video(double seconds, int width, int height, double framesPerSecond) {
    int frames = (int) Math.round(seconds * framesPerSecond);
    byte[] rgb = new byte[frames * width * height * 3];
    int at = 0;
    for (int k = 0; k < frames; k++) {
      double t = k / framesPerSecond;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          rgb[at++] = (byte) (127 + 100 * Math.sin(5.0 * x / width + 3 * t));
          rgb[at++] = (byte) (127 + 100 * Math.cos(4.0 * y / height - 2 * t));
          rgb[at++] = (byte) (127 + 100 * Math.sin(3.0 * (x + y) / width + t));
        }
      }
    }
    return new Video(rgb, frames, width, height, framesPerSecond);
  }

  /** A tone per channel. */
  public static Audio audio(double seconds, int channels, int sampleRate) {
    float[][] samples = new float[channels][(int) Math.round(seconds * sampleRate)];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < samples[c].length; i++) {
        samples[c][i] = (float) (0.4 * Math.sin(2 * Math.PI * 330 * (c + 1) * i / sampleRate));
      }
    }
    return new Audio(samples, sampleRate);
  }

  /** 30 frames per second of 48x32 pixels, stereo at 44.1 kHz. */
  public static Path camera(Path file, double seconds) {
    ClipWriter.writeMp4(file, Clip.of(video(seconds, 48, 32, 30), audio(seconds, 2, 44100)));
    return file;
  }

  /** A clip in the format of {@link TinyModel}. */
  public static Clip fitting() {
    return Clip.of(video(1.125, 16, 16, 8), audio(1.125, 1, 8000));
  }
}
