package kinetone.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Clips made for tests. */
final class TestClips {
  private TestClips() {}

  /** Smooth coloured shapes that move, so that codecs have something natural to do. */
  static Video moving(int frames, int width, int height, double framesPerSecond) {
    byte[] rgb = new byte[frames * width * height * 3];
    int at = 0;
    for (int k = 0; k < frames; k++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double u = (x + 0.5) / width;
          double v = (y + 0.5) / height;
          rgb[at++] = (byte) (127 + 100 * Math.sin(5 * u + 0.2 * k));
          rgb[at++] = (byte) (127 + 100 * Math.cos(4 * v - 0.15 * k));
          rgb[at++] = (byte) (127 + 100 * Math.sin(3 * (u + v) + 0.1 * k));
        }
      }
    }
    return new Video(rgb, frames, width, height, framesPerSecond);
  }

  /** Black pictures except one white one. */
  static Video flash(int frames, int white, int width, int height, double framesPerSecond) {
    int size = width * height * 3;
    byte[] rgb = new byte[frames * size];
    Arrays.fill(rgb, white * size, (white + 1) * size, (byte) 255);
    return new Video(rgb, frames, width, height, framesPerSecond);
  }

  /** Silence except a short band-limited click centred on one sample. */
  static Audio click(int length, int centre, int sampleRate) {
    float[] samples = new float[length];
    // Wide enough in time to survive a change of rate: 0.25 ms standard deviation.
    double sigma = 0.00025 * sampleRate;
    for (int i = 0; i < length; i++) {
      double z = (i - centre) / sigma;
      samples[i] = (float) (0.8 * Math.exp(-0.5 * z * z));
    }
    return Audio.mono(samples, sampleRate);
  }

  static Audio sine(int length, double hertz, int channels, int sampleRate) {
    float[][] samples = new float[channels][length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < length; i++) {
        samples[c][i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * (c + 1) * i / sampleRate));
      }
    }
    return new Audio(samples, sampleRate);
  }

  /** White noise on the grid of 16-bit steps, both extremes included. */
  static Audio sixteenBitNoise(int length, int channels, int sampleRate) {
    SplittableRandom random = new SplittableRandom(7);
    float[][] samples = new float[channels][length];
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = random.nextInt(-32768, 32768) / 32768f;
      }
      channel[0] = -1;
      channel[1] = 32767 / 32768f;
    }
    return new Audio(samples, sampleRate);
  }

  /** A WAV file of 32-bit floating-point samples, whatever their values. */
  static Path floatWav(Path file, Audio audio) throws IOException {
    int data = 4 * audio.channels() * audio.length();
    ByteBuffer bytes = ByteBuffer.allocate(44 + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + data);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) 3).putShort((short) audio.channels()).putInt(audio.sampleRate());
    bytes.putInt(4 * audio.channels() * audio.sampleRate());
    bytes.putShort((short) (4 * audio.channels())).putShort((short) 32);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(data);
    for (int i = 0; i < audio.length(); i++) {
      for (float[] channel : audio.samples()) {
        bytes.putFloat(channel[i]);
      }
    }
    return Files.write(file, bytes.array());
  }

  /** Centre of gravity of the magnitude, in samples, around the loudest one. */
  static double centre(float[] samples, int reach) {
    int peak = 0;
    for (int i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]) > Math.abs(samples[peak])) {
        peak = i;
      }
    }
    double weight = 0;
    double sum = 0;
    for (int i = Math.max(0, peak - reach); i <= Math.min(samples.length - 1, peak + reach); i++) {
      double w = samples[i] * (double) samples[i];
      weight += w;
      sum += w * i;
    }
    return sum / weight;
  }

  /** Mean of all bytes of picture k. */
  static double brightness(Video video, int k) {
    int size = video.width() * video.height() * 3;
    double sum = 0;
    for (int i = k * size; i < (k + 1) * size; i++) {
      sum += video.rgb()[i] & 0xff;
    }
    return sum / size;
  }

  static int brightest(Video video) {
    int best = 0;
    for (int k = 1; k < video.frames(); k++) {
      if (brightness(video, k) > brightness(video, best)) {
        best = k;
      }
    }
    return best;
  }

  /** Peak signal-to-noise ratio in dB. */
  static double psnr(byte[] a, byte[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double d = (a[i] & 0xff) - (b[i] & 0xff);
      sum += d * d;
    }
    return 10 * Math.log10(255.0 * 255.0 * a.length / sum);
  }
}
