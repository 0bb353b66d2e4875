package kinetone.server.rating;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kinetone.common.Check;

/**
 * What one person thinks of the clips of one job, as it is in its file.
 *
 * @param video the job
 * @param owner who rated: the name of a key
 * @param model that made the clips
 * @param task that it did
 * @param request as the API has it
 * @param createdAt seconds since 1970
 * @param ratings one for each clip that was rated
 */
public record RatingSet(
    String video,
    String owner,
    String model,
    String task,
    ObjectNode request,
    @JsonProperty("created_at") long createdAt,
    List<Rating> ratings) {
  private static final int WORST = 1;
  private static final int BEST = 5;
  private static final int MOST_QUESTIONS = 10;

  /** Copies the list. */
  public RatingSet {
    ratings = List.copyOf(ratings);
  }

  /**
   * Of one clip.
   *
   * @param index of the clip
   * @param seed it was made with
   * @param media SHA-256 of its file
   * @param scores from 1, bad, to 5, excellent (ITU-T P.800), by what was asked about
   */
  public record Rating(int index, long seed, String media, Map<String, Integer> scores) {
    /** Copies the map, ordered. */
    public Rating {
      scores = new TreeMap<>(scores);
    }
  }

  /** What is sent. */
  public record Sent(List<SentRating> ratings) {
    /**
     * Checks the ranges.
     *
     * @throws kinetone.common.KinetoneException of kind USER
     */
    public Sent {
      Check.that(!ratings.isEmpty(), "ratings is empty; rate one clip at least");
      Set<Integer> seen = new HashSet<>();
      for (SentRating rating : ratings) {
        Check.that(seen.add(rating.index()), "clip %d is rated twice", rating.index());
        Check.that(
            !rating.scores().isEmpty() && rating.scores().size() <= MOST_QUESTIONS,
            "scores has %d entries, must have 1 to %d",
            rating.scores().size(),
            MOST_QUESTIONS);
        for (Map.Entry<String, Integer> score : rating.scores().entrySet()) {
          Check.that(
              score.getKey().matches("[a-z_]{1,30}"),
              "a score is of something in 1 to 30 letters a to z and '_', as overall");
          Check.that(score.getValue() != null, "a score is null; leave it out");
          Check.within(score.getKey(), score.getValue(), WORST, BEST);
        }
      }
    }
  }

  /**
   * One of them.
   *
   * @param index of the clip
   * @param scores by what was asked about
   */
  public record SentRating(int index, Map<String, Integer> scores) {}
}
