package kinetone.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kinetone.common.Check;
import kinetone.tensor.SafeTensors;

/**
 * What a shard says of how it was made, in its own header: shards that were copied from elsewhere,
 * or whose {@code latents.json} was altered, are told from those that belong there. Shards that say
 * nothing are older than this.
 *
 * @param latents SHA-256 of {@code latents.json}; null when the shard does not say
 * @param batch clips encoded at once, on which the last bits of latents depend; null likewise
 */
record ShardOrigin(String latents, String batch) {
  private static final String LATENTS = "latents_sha256";
  private static final String BATCH = "batch";

  /** Of shards made by {@code description} in batches of {@code batch} clips. */
  static ShardOrigin of(LatentsFile description, int batch) {
    return new ShardOrigin(description.sha256(), Integer.toString(batch));
  }

  /** What {@code shard} says; only its header is read. */
  static ShardOrigin read(Path shard) {
    Map<String, String> metadata = SafeTensors.metadata(shard);
    return new ShardOrigin(metadata.get(LATENTS), metadata.get(BATCH));
  }

  /** As it stands in the header. */
  Map<String, String> metadata() {
    return new TreeMap<>(Map.of(LATENTS, latents, BATCH, batch));
  }

  /**
   * Requires that {@code shard} was made by what {@code latents.json} says.
   *
   * @throws kinetone.common.KinetoneException of kind USER naming both
   */
  void requireOf(LatentsFile description, Path shard) {
    Check.that(
        latents == null || latents.equals(description.sha256()),
        "%s was not made from what %s says: that file was altered, or the shard comes from other"
            + " latents; prepare them again",
        shard,
        LatentsFile.in(shard.getParent()));
  }

  /**
   * Requires that {@code shard} was encoded in batches of {@code wanted} clips.
   *
   * @throws kinetone.common.KinetoneException of kind USER naming both
   */
  void requireBatch(int wanted, Path shard) {
    Check.that(
        batch == null || batch.equals(Integer.toString(wanted)),
        "%s was encoded %s clips at once and the others would be %d, which differ in their last bits;"
            + " go on with --batch %s, or choose another folder",
        shard,
        batch,
        wanted,
        batch);
  }
}
