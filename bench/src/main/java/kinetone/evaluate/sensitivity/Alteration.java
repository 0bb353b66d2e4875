package kinetone.evaluate.sensitivity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;

/** What is done to clips, in steps from little to much. Each has both tracks. */
public enum Alteration {
  /** The sound begins later; what runs over the end is cut off. */
  LATER("sound later", "s", 0.05, 0.1, 0.25, 0.5) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      return sound(clip, samples -> later(samples, level, clip.audio().orElseThrow().sampleRate()));
    }

    private float[] later(float[] samples, double seconds, int rate) {
      int by = Math.min(samples.length, (int) Math.round(seconds * rate));
      float[] moved = new float[samples.length];
      System.arraycopy(samples, 0, moved, by, samples.length - by);
      return moved;
    }
  },

  /** A share of the clips change their sounds among each other. */
  SWAPPED("sounds of other clips", "of the clips", 0.25, 0.5, 1) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      return Clip.of(clip.video().orElseThrow(), other.audio().orElseThrow());
    }

    @Override
    boolean swaps() {
      return true;
    }
  },

  /** White noise on the sound, in dB below the sound's own power. */
  NOISE("noise on the sound", "dB SNR", 30, 20, 10, 0) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      return sound(clip, samples -> noisy(samples, level, seed));
    }

    private float[] noisy(float[] samples, double decibels, long seed) {
      double power = 0;
      for (float sample : samples) {
        power += (double) sample * sample / samples.length;
      }
      double size = Math.sqrt(power) * Math.pow(10, -decibels / 20);
      SplittableRandom random = new SplittableRandom(seed);
      float[] noisy = new float[samples.length];
      for (int i = 0; i < noisy.length; i++) {
        noisy[i] = (float) (samples[i] + size * random.nextGaussian());
      }
      return noisy;
    }
  },

  /** The end of the sound is silence; all of it at 1. */
  SILENT("silence", "of the sound, from its end", 0.25, 0.5, 1) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      return sound(clip, samples -> Arrays.copyOf(kept(samples, level), samples.length));
    }
  },

  /** The sound ends before the pictures do. */
  SHORTER("sound ends early", "s", 0.05, 0.1, 0.25, 0.5) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      Audio audio = clip.audio().orElseThrow();
      return sound(clip, samples -> kept(samples, Math.min(0.9, level / audio.seconds())));
    }
  },

  /** Pictures blurred by a Gaussian, its deviation in pixels of pictures 64 high. */
  BLURRED("blurred pictures", "pixels of 64", 0.5, 1, 2, 4) {
    @Override
    Clip of(Clip clip, double level, Clip other, long seed) {
      Video video = clip.video().orElseThrow();
      return Clip.of(
          new GaussianBlur(level * video.height() / 64).of(video), clip.audio().orElseThrow());
    }
  };

  /** What is done to the samples of one channel. */
  private interface Change {
    float[] of(float[] samples);
  }

  private final String title;
  private final String unit;

  @SuppressWarnings("ImmutableEnumChecker") // List.copyOf's lists are immutable.
  private final List<Double> levels;

  Alteration(String title, String unit, double... levels) {
    this.title = title;
    this.unit = unit;
    this.levels = List.copyOf(Arrays.stream(levels).boxed().toList());
  }

  /** Alters a clip; {@code other} is whose sound is taken where sounds are swapped. */
  abstract Clip of(Clip clip, double level, Clip other, long seed);

  /** Whether clips take sounds of each other; then only as many as the level says. */
  boolean swaps() {
    return false;
  }

  /** In words. */
  public String title() {
    return title;
  }

  /** What levels are counted in. */
  public String unit() {
    return unit;
  }

  /** The steps, from little to much. */
  public List<Double> levels() {
    return levels;
  }

  /** Names the folder of clips altered so. */
  String folder(double level) {
    return "%s-%s".formatted(name().toLowerCase(Locale.ROOT), level);
  }

  private static Clip sound(Clip clip, Change change) {
    Audio audio = clip.audio().orElseThrow();
    return Clip.of(
        clip.video().orElseThrow(),
        new Audio(
            Arrays.stream(audio.samples()).map(change::of).toArray(float[][]::new),
            audio.sampleRate()));
  }

  private static float[] kept(float[] samples, double lost) {
    return Arrays.copyOf(samples, (int) Math.round(samples.length * (1 - lost)));
  }
}
