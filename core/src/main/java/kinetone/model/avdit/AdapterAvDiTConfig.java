package kinetone.model.avdit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.BottleneckAdapter;

/**
 * The size and form of {@link AdapterAvDiT}.
 *
 * @param base the frozen network; picture latents have its size and channels, and its diffusion is
 *     that of both modalities
 * @param frames of the picture latent
 * @param audio the sound latent
 * @param temporalAttention the trained attention over frames; none when absent
 * @param updates low-rank updates of the frozen attention, by place; none when absent
 * @param adapters by place; none when absent. Picture and sound attend to each other where there is
 *     one at {@link Place#JOINT_ATTENTION}
 * @param jointTime whether the attention of picture and sound together is told when each token is,
 *     by the same sinusoids for both; no when absent
 * @param jointHeads what is added to the scores of that attention ({@link JointScores}), one for
 *     all of its heads or one for each; nothing when absent
 */
public record AdapterAvDiTConfig(
    DiTConfig base,
    int frames,
    Audio audio,
    @JsonInclude(JsonInclude.Include.NON_NULL) TemporalAttention temporalAttention,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Place, LowRank> updates,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Place, Adapter> adapters,
    @JsonInclude(JsonInclude.Include.NON_NULL) Boolean jointTime,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<JointHead> jointHeads) {
  private static final double STEEPEST = 100;

  private static final int MOST_FRAMES = 4096;

  /**
   * A sound latent (B, length, frequencies, channels).
   *
   * @param patch edge of the square patches that become tokens
   */
  public record Audio(int length, int frequencies, int channels, int patch) {
    /** Checks that patches tile the latent. */
    public Audio {
      Check.atLeast("audio.length", length, 1);
      Check.atLeast("audio.frequencies", frequencies, 1);
      Check.atLeast("audio.channels", channels, 1);
      Check.atLeast("audio.patch", patch, 1);
      Check.divisible("audio.length", length, "audio.patch", patch);
      Check.divisible("audio.frequencies", frequencies, "audio.patch", patch);
    }

    /** Tokens along time. */
    int times() {
      return length / patch;
    }

    /** Tokens along frequency. */
    int rows() {
      return frequencies / patch;
    }

    /** Tokens of the whole sound. */
    public int tokens() {
      return times() * rows();
    }
  }

  /**
   * Consecutive blocks of the base, by number from 0.
   *
   * @param first the first of them
   * @param last the last of them
   */
  public record Blocks(int first, int last) {
    /** Checks the order. */
    public Blocks {
      Check.that(
          first >= 0 && first <= last, "blocks %d to %d, must be in order from 0", first, last);
    }
  }

  /**
   * The attention over frames.
   *
   * @param blocks that have it; all when absent
   * @param placeSlopes by head, by how much scores fall with each place that two tokens lie apart
   *     ({@link PlaceScores}); when absent tokens attend to those of their own place only
   */
  public record TemporalAttention(
      @JsonInclude(JsonInclude.Include.NON_NULL) Blocks blocks,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> placeSlopes) {
    /** Checks the ranges. */
    public TemporalAttention {
      placeSlopes = placeSlopes == null ? List.of() : List.copyOf(placeSlopes);
      placeSlopes.forEach(slope -> Check.within("placeSlopes", slope, 0, STEEPEST));
    }

    /** Over the frames at each place. */
    public TemporalAttention(Blocks blocks) {
      this(blocks, List.of());
    }
  }

  /**
   * Low-rank updates of both linear layers of an attention.
   *
   * @param rank r
   * @param alpha the update is scaled by α / r
   * @param blocks that have it; all when absent
   */
  public record LowRank(
      int rank, double alpha, @JsonInclude(JsonInclude.Include.NON_NULL) Blocks blocks) {
    /** Checks the ranges. */
    public LowRank {
      Check.atLeast("rank", rank, 1);
      Check.that(alpha > 0 && Double.isFinite(alpha), "alpha = %s, must be positive", alpha);
    }
  }

  /**
   * A bottleneck adapter.
   *
   * @param ratio hidden width over the width of the base
   * @param blocks that have it; all when absent
   * @param norm whether hidden numbers are normalised before the activation, so that it cannot shut
   *     for good ({@link BottleneckAdapter}); no when absent
   */
  public record Adapter(
      double ratio,
      @JsonInclude(JsonInclude.Include.NON_NULL) Blocks blocks,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean norm) {
    /** Checks the range. */
    public Adapter {
      BottleneckAdapter.hidden(1, ratio);
    }

    /** Without a norm. */
    public Adapter(double ratio, Blocks blocks) {
      this(ratio, blocks, null);
    }

    boolean hasNorm() {
      return norm != null && norm;
    }
  }

  /**
   * How a head of the attention over both modalities looks.
   *
   * @param timeSlope by how much scores fall with each frame that two tokens are apart; not at all
   *     when absent
   * @param across whether tokens attend to the other modality only; no when absent
   */
  public record JointHead(
      @JsonInclude(JsonInclude.Include.NON_NULL) Double timeSlope,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean across) {
    /** Checks the range. */
    public JointHead {
      if (timeSlope != null) {
        Check.within("timeSlope", timeSlope, 0, STEEPEST);
      }
    }

    /** In scores per frame. */
    double slope() {
      return timeSlope == null ? 0 : timeSlope;
    }

    boolean looksAcross() {
      return across != null && across;
    }
  }

  /** Checks that the sizes fit each other. */
  public AdapterAvDiTConfig {
    Check.that(base != null, "base is missing");
    Check.within("frames", frames, 1, MOST_FRAMES);
    Check.that(audio != null, "audio is missing");
    updates = sorted(updates);
    adapters = sorted(adapters);
    jointHeads = jointHeads == null ? List.of() : List.copyOf(jointHeads);
    Check.that(
        jointHeads.size() <= 1 || jointHeads.size() == base.heads(),
        "jointHeads has %d entries, must have one, or one for each of the %d heads",
        jointHeads.size(),
        base.heads());
    if (temporalAttention != null) {
      requireBlocks("temporalAttention", temporalAttention.blocks(), base.depth());
      int slopes = temporalAttention.placeSlopes().size();
      Check.that(
          slopes == 0 || slopes == base.heads(),
          "temporalAttention.placeSlopes has %d entries, must have one for each of the %d heads",
          slopes,
          base.heads());
    }
    for (Map.Entry<Place, LowRank> update : updates.entrySet()) {
      String name = "updates." + update.getKey();
      Check.that(update.getValue() != null, "%s is missing", name);
      Check.that(
          update.getKey().isAttention(),
          "%s: low-rank updates are for attention; leave it out",
          name);
      Check.within(name + ".rank", update.getValue().rank(), 1, base.width());
      requireBlocks(name, update.getValue().blocks(), base.depth());
    }
    for (Map.Entry<Place, Adapter> adapter : adapters.entrySet()) {
      String name = "adapters." + adapter.getKey();
      Check.that(adapter.getValue() != null, "%s is missing", name);
      requireBlocks(name, adapter.getValue().blocks(), base.depth());
    }
    Check.that(
        !updates.containsKey(Place.JOINT_ATTENTION) || adapters.containsKey(Place.JOINT_ATTENTION),
        "updates.JOINT_ATTENTION needs adapters.JOINT_ATTENTION, through which that attention is"
            + " heard");
  }

  /** Without times in the attention over both modalities. */
  public AdapterAvDiTConfig(
      DiTConfig base,
      int frames,
      Audio audio,
      TemporalAttention temporalAttention,
      Map<Place, LowRank> updates,
      Map<Place, Adapter> adapters) {
    this(base, frames, audio, temporalAttention, updates, adapters, null, List.of());
  }

  /** The same with the scores of attention that {@code other} has; no weight depends on them. */
  public AdapterAvDiTConfig withScoresOf(AdapterAvDiTConfig other) {
    TemporalAttention temporal =
        temporalAttention == null || other.temporalAttention == null
            ? temporalAttention
            : new TemporalAttention(
                temporalAttention.blocks(), other.temporalAttention.placeSlopes());
    return new AdapterAvDiTConfig(
        base, frames, audio, temporal, updates, adapters, jointTime, other.jointHeads);
  }

  /** Whether the attention over both modalities is told the time of its tokens. */
  boolean tellsTime() {
    return jointTime != null && jointTime;
  }

  private static <V> Map<Place, V> sorted(Map<Place, V> given) {
    Map<Place, V> copy = new EnumMap<>(Place.class);
    if (given != null) {
      copy.putAll(given);
    }
    return Collections.unmodifiableMap(copy);
  }

  private static void requireBlocks(String name, Blocks blocks, int depth) {
    Check.that(
        blocks == null || blocks.last() < depth,
        "%s.blocks ends with %d, but the base has blocks 0 to %d",
        name,
        blocks == null ? 0 : blocks.last(),
        depth - 1);
  }

  /** Tokens of all frames. */
  public int videoTokens() {
    return frames * base.side() * base.side();
  }

  /** Floating-point operations of one example's forward pass (a multiply-add counts twice). */
  public double forwardFlops() {
    double d = base.width();
    double video = videoTokens();
    double audio = audio().tokens();
    double both = video + audio;
    double perFrame = (double) base.side() * base.side();
    double sum = 0;
    for (int i = 0; i < base.depth(); i++) {
      sum += both * 12 * d * d + 2 * d * (video * perFrame + audio * audio);
      if (temporalAttention != null && covers(temporalAttention.blocks(), i)) {
        sum +=
            video
                * (4 * d * d
                    + 2 * d * (temporalAttention.placeSlopes().isEmpty() ? frames : video));
      }
      if (has(Place.JOINT_ATTENTION, i)) {
        sum += both * (4 * d * d + 2 * d * both);
      }
      for (Map.Entry<Place, Adapter> adapter : adapters.entrySet()) {
        if (covers(adapter.getValue().blocks(), i)) {
          double hidden = BottleneckAdapter.hidden(base.width(), adapter.getValue().ratio());
          sum += tokens(adapter.getKey()) * 2 * d * hidden;
        }
      }
      for (Map.Entry<Place, LowRank> update : updates.entrySet()) {
        if (covers(update.getValue().blocks(), i)) {
          sum += tokens(update.getKey()) * 6 * d * update.getValue().rank();
        }
      }
    }
    return 2 * sum;
  }

  private boolean has(Place place, int block) {
    return adapters.containsKey(place) && covers(adapters.get(place).blocks(), block);
  }

  private double tokens(Place place) {
    return switch (place) {
      case VIDEO_ATTENTION, VIDEO_MLP -> videoTokens();
      case AUDIO_ATTENTION, AUDIO_MLP -> audio().tokens();
      case JOINT_ATTENTION -> videoTokens() + audio().tokens();
    };
  }

  /** Whether {@code blocks} names block {@code i}; absent, they are all. */
  static boolean covers(Blocks blocks, int i) {
    return blocks == null || (blocks.first() <= i && i <= blocks.last());
  }
}
