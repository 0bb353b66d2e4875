package kinetone.data;

/**
 * What a shard of latents may hold of each clip. Roles are names, not a closed list: a shard may
 * hold others.
 */
public final class LatentRoles {
  /** Picture latents (n, T, H, W, C). */
  public static final String VIDEO = "video";

  /** Sound latents (n, L, C), or (n, L, F, C) where the codec has an axis of frequency. */
  public static final String AUDIO = "audio";

  /** Picture features (n, frames, D). */
  public static final String FEATURES = "features";

  /** Class number (n, 1); {@code latents.json} has the names. */
  public static final String LABEL = "label";

  /**
   * Tokens of captions (all tokens of a shard, D), one clip's after the other's, without padding:
   * {@link #TEXT_ENDS} says where each clip's end.
   */
  public static final String TEXT = "text";

  /** Where the tokens of each clip end, int64 (n, 1). */
  public static final String TEXT_ENDS = "text_ends";

  private LatentRoles() {}
}
