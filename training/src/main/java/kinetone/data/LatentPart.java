package kinetone.data;

/** What a shard of latents may hold of each clip. */
public enum LatentPart {
  /** Picture latents (n, T, H, W, C). */
  VIDEO("video", "--video-codec"),
  /** Sound latents (n, L, C). */
  AUDIO("audio", "--audio-codec"),
  /** Latents of mel spectrograms (n, time, frequency, C). */
  MEL("mel", "--mel-codec"),
  /** Picture features (n, frames, D). */
  FEATURES("features", "--cavp");

  private final String key;
  private final String option;

  LatentPart(String key, String option) {
    this.key = key;
    this.option = option;
  }

  /** Its name in the file. */
  String key() {
    return key;
  }

  /** The option of {@code kinetone prepare} that makes it. */
  String option() {
    return option;
  }
}
