package kinetone.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/**
 * What raters are asked. The words of the five scores are those of Kim et al. 2024, "A Versatile
 * Diffusion Transformer with Mixture of Noise Levels for Audiovisual Generation", tables 4 to 6;
 * the paper asks for the quality of sound and picture at once ({@link #QUALITY}).
 */
public enum Question {
  /** The paper's: sound and picture at once. */
  @JsonProperty("quality")
  QUALITY("Quality of sound and picture", "Which looks and sounds better?", true, true),

  /** The same of the sound alone. */
  @JsonProperty("audio")
  AUDIO("Quality of the sound", "Which sounds better?", true, false),

  /** The same of the picture alone. */
  @JsonProperty("video")
  VIDEO("Quality of the picture", "Which looks better?", false, true),

  /** Whether sound and picture belong together. */
  @JsonProperty("alignment")
  ALIGNMENT("Sound and picture together", "Where do sound and picture fit better?", true, true),

  /** Whether the person stays the one that was given. */
  @JsonProperty("consistency")
  CONSISTENCY("The person", "Which person is more like the one given?", false, true);

  /** How many scores the scale has. */
  public static final int SCORES = 5;

  private static final List<String> QUALITIES =
      List.of(
          "Pure noise, completely unrecognizable content",
          "Natural structure in some places, but not most",
          "Natural structure in most places",
          "Natural, but can be recognized as generated",
          "So natural that it is indistinguishable from the real world");

  private static final List<String> ALIGNMENTS =
      List.of(
          "Total noise, or sound and picture are completely irrelevant to each other",
          "Correlation between sound and picture in some segments, but not most",
          "Correlation between sound and picture in most segments",
          "Natural correlation, but can be recognized as generated",
          "Correlation that is indistinguishable from the real world");

  private static final List<String> CONSISTENCIES =
      List.of(
          "The person is inconsistent with what was given",
          "The person is consistent in some segments",
          "The person is consistent in most segments",
          "The person is naturalistic, but can be recognized as generated",
          "The person is indistinguishable from the real world");

  private final String title;
  private final String comparison;
  private final boolean needsSound;
  private final boolean needsPictures;

  Question(String title, String comparison, boolean needsSound, boolean needsPictures) {
    this.title = title;
    this.comparison = comparison;
    this.needsSound = needsSound;
    this.needsPictures = needsPictures;
  }

  /** As on the command line and in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is rated. */
  public String title() {
    return title;
  }

  /** What is asked of two clips. */
  String comparison() {
    return comparison;
  }

  /** What the scores from 1 to 5 mean. */
  List<String> scale() {
    return switch (this) {
      case QUALITY, AUDIO, VIDEO -> QUALITIES;
      case ALIGNMENT -> ALIGNMENTS;
      case CONSISTENCY -> CONSISTENCIES;
    };
  }

  /** Whether a clip without sound leaves nothing to answer. */
  boolean needsSound() {
    return needsSound;
  }

  /** Whether a clip without pictures leaves nothing to answer. */
  boolean needsPictures() {
    return needsPictures;
  }

  /**
   * The question of this name.
   *
   * @throws KinetoneException of kind USER when there is none
   */
  public static Question named(String id) {
    return Arrays.stream(values())
        .filter(one -> one.id().equals(id.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "question '%s' is not known; there are %s",
                    id,
                    Arrays.stream(values()).map(Question::id).collect(Collectors.joining(", "))));
  }
}
