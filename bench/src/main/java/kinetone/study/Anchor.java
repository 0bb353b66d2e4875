package kinetone.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;

/**
 * Clips hidden among the others whose answers are known: who listens and looks answers them within
 * a range, as hidden references and anchors in ITU-R BS.1534 and trapping questions in ITU-T P.808.
 */
public enum Anchor {
  /** Noise for sound and for pictures: by the words of the scale a 1 in every question. */
  @JsonProperty("noise")
  NOISE(2),

  /** Noise, as loud as the sound was, with the clip's own pictures. */
  @JsonProperty("noise-sound")
  NOISE_SOUND(2),

  /** The clip's own sound, later by half its length and round again. */
  @JsonProperty("shifted")
  SHIFTED(3),

  /** A real clip: 3 at least, natural structure or correlation in most places. */
  @JsonProperty("real")
  REAL(3);

  /** Loudness of noise where there was silence, and the loudest for the sake of ears. */
  private static final double SOFT = 0.03;

  private static final double LOUD = 0.15;

  private final int end;

  Anchor(int end) {
    this.end = end;
  }

  /** As on the command line and in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the answer to this question is known. */
  boolean tells(Question question) {
    return switch (this) {
      case NOISE, REAL -> true;
      case NOISE_SOUND -> question == Question.AUDIO || question == Question.ALIGNMENT;
      case SHIFTED -> question == Question.ALIGNMENT;
    };
  }

  /** Whether a score is one that somebody who listens and looks does not give. */
  boolean isMiss(int score) {
    return this == REAL ? score < end : score > end;
  }

  /**
   * Whether a preference of the anchor, or none, is one that somebody who listens does not give.
   *
   * @param preference −1 for the clip it was made of, 0 for none, 1 for the anchor
   */
  boolean isMissOfPair(int preference) {
    return this == SHIFTED ? preference > 0 : preference >= 0;
  }

  /**
   * What becomes of a clip.
   *
   * @param random draws the noise
   */
  Clip of(Clip clip, SplittableRandom random) {
    return switch (this) {
      case REAL -> clip;
      case NOISE ->
          new Clip(
              clip.video().map(video -> noise(video, random)),
              clip.audio().map(audio -> noise(audio, random)));
      case NOISE_SOUND -> new Clip(clip.video(), clip.audio().map(audio -> noise(audio, random)));
      case SHIFTED -> new Clip(clip.video(), clip.audio().map(Anchor::shifted));
    };
  }

  private static Video noise(Video video, SplittableRandom random) {
    byte[] rgb = new byte[video.rgb().length];
    random.nextBytes(rgb);
    return new Video(rgb, video.frames(), video.width(), video.height(), video.framesPerSecond());
  }

  private static Audio noise(Audio audio, SplittableRandom random) {
    double energy = 0;
    for (float[] channel : audio.samples()) {
      for (float sample : channel) {
        energy += (double) sample * sample / ((double) audio.channels() * audio.length());
      }
    }
    double loudness = Math.max(SOFT, Math.min(LOUD, Math.sqrt(energy)));
    float[][] samples = new float[audio.channels()][audio.length()];
    for (float[] channel : samples) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = (float) (loudness * random.nextGaussian());
      }
    }
    return new Audio(samples, audio.sampleRate());
  }

  private static Audio shifted(Audio audio) {
    float[][] samples = new float[audio.channels()][audio.length()];
    int by = audio.length() / 2;
    for (int channel = 0; channel < samples.length; channel++) {
      for (int i = 0; i < audio.length(); i++) {
        samples[channel][(i + by) % audio.length()] = audio.samples()[channel][i];
      }
    }
    return new Audio(samples, audio.sampleRate());
  }

  /**
   * The anchor of this name.
   *
   * @throws KinetoneException of kind USER when there is none
   */
  public static Anchor named(String id) {
    return Arrays.stream(values())
        .filter(one -> one.id().equals(id.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "anchor '%s' is not known; there are %s, and none",
                    id, Arrays.stream(values()).map(Anchor::id).collect(Collectors.joining(", "))));
  }
}
