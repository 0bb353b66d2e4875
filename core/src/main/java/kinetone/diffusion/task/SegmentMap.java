package kinetone.diffusion.task;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;

/**
 * Which sound belongs to which picture: time segments are the video latents, and audio latent j
 * belongs to the segment that its centre falls in. Latents may have any boundaries. With AVDiT's
 * geometry (17 frames at 8 fps, 1 + 4 latents; 50 audio latents per second) the segments hold 6,
 * 25, 25, 25 and the rest.
 */
public final class SegmentMap {
  /** Two times closer than this are the same. */
  static final double TOLERANCE = 1e-6;

  private final double[] video;
  private final double[] audio;

  /**
   * A map of latents with these boundaries.
   *
   * @param video seconds at which video latents begin, and at which the last one ends; rising
   * @param audio the same for audio latents
   */
  public SegmentMap(double[] video, double[] audio) {
    this.video = requireRising("video", video);
    this.audio = requireRising("audio", audio);
  }

  /**
   * A map of latents that are equally long, but for the first one of the picture.
   *
   * @param videoLatents number of video latents along time
   * @param firstFrames frames that the first video latent covers (1 for causal codecs)
   * @param framesPerLatent frames that each later one covers
   * @param framesPerSecond frame rate in Hz
   * @param audioLatents number of audio latents along time
   * @param audioHopSeconds what one audio latent covers, in seconds
   */
  public static SegmentMap of(
      int videoLatents,
      int firstFrames,
      int framesPerLatent,
      double framesPerSecond,
      int audioLatents,
      double audioHopSeconds) {
    double[] video = new double[videoLatents + 1];
    Arrays.setAll(
        video, n -> (n == 0 ? 0 : firstFrames + (n - 1L) * framesPerLatent) / framesPerSecond);
    double[] audio = new double[audioLatents + 1];
    Arrays.setAll(audio, j -> j * audioHopSeconds);
    return new SegmentMap(video, audio);
  }

  private static double[] requireRising(String what, double[] boundaries) {
    Check.that(boundaries.length > 1, "there are no %s latents", what);
    for (int i = 1; i < boundaries.length; i++) {
      Check.that(
          boundaries[i] > boundaries[i - 1],
          "%s latent %d ends at %s s, before it begins",
          what,
          i - 1,
          boundaries[i]);
    }
    return boundaries.clone();
  }

  /** Number of video latents along time, T': the segments. */
  public int videoLatents() {
    return video.length - 1;
  }

  /** Number of audio latents along time, L'. */
  public int audioLatents() {
    return audio.length - 1;
  }

  /** Start of segment {@code n} in seconds; {@code n = videoLatents} gives the end of the last. */
  public double start(int n) {
    return video[n];
  }

  /** End of segment {@code n} in seconds. */
  public double end(int n) {
    return start(n + 1);
  }

  /** Length of the picture in seconds. */
  public double duration() {
    return start(videoLatents());
  }

  /**
   * Where {@code seconds} lies among the audio latents: j at the start of audio latent j, j + 0.5
   * in its middle; past both ends as if the first and the last went on.
   */
  public double audioAt(double seconds) {
    int found = Arrays.binarySearch(audio, seconds);
    int j = Math.max(0, Math.min(found < 0 ? -found - 2 : found, audioLatents() - 1));
    return j + (seconds - audio[j]) / (audio[j + 1] - audio[j]);
  }

  /** The segment that audio latent {@code j} belongs to; sound past the picture is in the last. */
  public int segmentOfAudio(int j) {
    double centre = (audio[j] + audio[j + 1]) / 2 + TOLERANCE;
    int segment = 0;
    while (segment + 1 < videoLatents() && start(segment + 1) <= centre) {
      segment++;
    }
    return segment;
  }

  /** The segment of every audio latent. */
  public int[] audioSegments() {
    int[] segments = new int[audioLatents()];
    Arrays.setAll(segments, this::segmentOfAudio);
    return segments;
  }

  /** The segment of every time position of {@code modality}. */
  public int[] segments(Modality modality) {
    return switch (modality) {
      case VIDEO -> {
        int[] own = new int[videoLatents()];
        Arrays.setAll(own, n -> n);
        yield own;
      }
      case AUDIO -> audioSegments();
    };
  }

  /** Time positions of each modality. */
  public Map<Modality, Integer> lengths() {
    Map<Modality, Integer> lengths = new EnumMap<>(Modality.class);
    lengths.put(Modality.VIDEO, videoLatents());
    lengths.put(Modality.AUDIO, audioLatents());
    return lengths;
  }

  /** Requires {@code n} to be a segment. */
  int requireSegment(int n) {
    if (n < 0 || n >= videoLatents()) {
      throw KinetoneException.user("segment %d does not exist; there are %d", n, videoLatents());
    }
    return n;
  }
}
