package kinetone.server.rating;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;

/** Ratings in the folder {@code ratings} of a data folder, one JSON file for each job. */
public final class RatingFolder {
  private final Path folder;

  /** The ratings in {@code data}. */
  public RatingFolder(Path data) {
    folder = data.resolve("ratings");
  }

  /** Keeps {@code set}; an earlier one of the same job is replaced. */
  public void put(RatingSet set) {
    Check.that(set.video().matches("[A-Za-z0-9_]{1,64}"), "no name of a job: %s", set.video());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFile.failure(folder, e);
    }
    AtomicFile.write(
        folder.resolve(set.video() + ".json"),
        temporary -> Files.writeString(temporary, Json.MAPPER.writeValueAsString(set) + "\n"));
  }
}
