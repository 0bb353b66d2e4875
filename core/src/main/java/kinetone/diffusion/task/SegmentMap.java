package kinetone.diffusion.task;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;

/**
 * Which sound belongs to which picture: time segments are the video latents, and audio latent j
 * belongs to the segment that its centre falls in. With AVDiT's geometry (17 frames at 8 fps, 1 + 4
 * latents; 50 audio latents per second) the segments hold 6, 25, 25, 25 and the rest.
 *
 * @param videoLatents number of video latents along time, T'
 * @param firstFrames frames that the first video latent covers (1 for causal codecs)
 * @param framesPerLatent frames that each later one covers
 * @param framesPerSecond frame rate in Hz
 * @param audioLatents number of audio latents along time, L'
 * @param audioHopSeconds what one audio latent covers, in seconds
 */
public record SegmentMap(
    int videoLatents,
    int firstFrames,
    int framesPerLatent,
    double framesPerSecond,
    int audioLatents,
    double audioHopSeconds) {
  /** Two times closer than this are the same. */
  static final double TOLERANCE = 1e-6;

  /** Checks the ranges. */
  public SegmentMap {
    Check.atLeast("video latents", videoLatents, 1);
    Check.atLeast("frames of the first latent", firstFrames, 1);
    Check.atLeast("frames per latent", framesPerLatent, 1);
    Check.atLeast("frame rate", framesPerSecond, 1e-3);
    Check.atLeast("audio latents", audioLatents, 1);
    Check.atLeast("audio hop", audioHopSeconds, 1e-6);
  }

  /** Start of segment {@code n} in seconds; {@code n = videoLatents} gives the end of the last. */
  public double start(int n) {
    long frames = n == 0 ? 0 : firstFrames + (n - 1L) * framesPerLatent;
    return frames / framesPerSecond;
  }

  /** End of segment {@code n} in seconds. */
  public double end(int n) {
    return start(n + 1);
  }

  /** Length of the picture in seconds. */
  public double duration() {
    return start(videoLatents);
  }

  /** The segment that audio latent {@code j} belongs to; sound past the picture is in the last. */
  public int segmentOfAudio(int j) {
    double centre = (j + 0.5) * audioHopSeconds;
    double frame = centre * framesPerSecond + TOLERANCE;
    if (frame < firstFrames) {
      return 0;
    }
    return (int) Math.min(videoLatents - 1, 1 + (long) ((frame - firstFrames) / framesPerLatent));
  }

  /** The segment of every audio latent. */
  public int[] audioSegments() {
    int[] segments = new int[audioLatents];
    for (int j = 0; j < audioLatents; j++) {
      segments[j] = segmentOfAudio(j);
    }
    return segments;
  }

  /** The segment of every time position of {@code modality}. */
  public int[] segments(Modality modality) {
    return switch (modality) {
      case VIDEO -> {
        int[] own = new int[videoLatents];
        java.util.Arrays.setAll(own, n -> n);
        yield own;
      }
      case AUDIO -> audioSegments();
    };
  }

  /** Time positions of each modality. */
  public Map<Modality, Integer> lengths() {
    Map<Modality, Integer> lengths = new EnumMap<>(Modality.class);
    lengths.put(Modality.VIDEO, videoLatents);
    lengths.put(Modality.AUDIO, audioLatents);
    return lengths;
  }

  /** Requires {@code n} to be a segment. */
  int requireSegment(int n) {
    if (n < 0 || n >= videoLatents) {
      throw KinetoneException.user("segment %d does not exist; there are %d", n, videoLatents);
    }
    return n;
  }
}
