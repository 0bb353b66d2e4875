package kinetone.scene;

import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Video;

/**
 * Shape and rates of a scene's tracks. Both tracks must last equally long, to within a frame.
 *
 * @param width pixels, at least 16
 * @param height pixels, at least 16
 * @param frames number of pictures
 * @param framesPerSecond Hz; picture k shows the instant k / framesPerSecond
 * @param samples number of mono samples
 * @param sampleRate Hz; sample k is the sound at the instant k / sampleRate
 */
public record SceneFormat(
    int width, int height, int frames, double framesPerSecond, int samples, int sampleRate) {
  /** The shortest scene in seconds: shorter ones have no room for an impact and its silence. */
  public static final double MIN_SECONDS = 0.6;

  /** Checks sizes, rates and that both tracks are equally long. */
  public SceneFormat {
    Check.atLeast("scene width", width, 16);
    Check.atLeast("scene height", height, 16);
    Check.atLeast("scene frames", frames, 1);
    Check.atLeast("scene frames per second", framesPerSecond, 1e-3);
    Check.atLeast("scene samples", samples, 1);
    Check.atLeast("scene sample rate", sampleRate, 1000);
    double pictures = frames / framesPerSecond;
    double sound = samples / (double) sampleRate;
    Check.that(
        Math.abs(pictures - sound) <= 1 / framesPerSecond,
        "scene pictures last %.3f s and sound %.3f s, must agree to within a frame: use %d samples",
        pictures,
        sound,
        Math.round(pictures * sampleRate));
    Check.atLeast("scene seconds", Math.min(pictures, sound), MIN_SECONDS);
  }

  /** The format of {@code frames} pictures with exactly as much sound (rounded to a sample). */
  public static SceneFormat of(
      int width, int height, int frames, double framesPerSecond, int sampleRate) {
    Check.atLeast("scene frames per second", framesPerSecond, 1e-3);
    int samples = (int) Math.round(frames / framesPerSecond * sampleRate);
    return new SceneFormat(width, height, frames, framesPerSecond, samples, sampleRate);
  }

  /** Length in seconds of the pictures, which is the scene's length. */
  public double seconds() {
    return frames / framesPerSecond;
  }

  Video video(byte[] rgb) {
    return new Video(rgb, frames, width, height, framesPerSecond);
  }

  Audio audio(float[] sound) {
    return Audio.mono(sound, sampleRate);
  }
}
