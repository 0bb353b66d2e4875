package kinetone.server.key;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.Sha256;

/**
 * The keys in the file {@code keys.json} of a data folder: names, hashes and limits, never the keys
 * themselves. The file is read again whenever it changes.
 */
public final class ApiKeys {
  private static final String FILE = "keys.json";

  private final Path file;
  private FileTime readAt;
  private List<ApiKey> keys = List.of();

  /**
   * One key.
   *
   * @param name the owner of its jobs
   * @param hash SHA-256 of the key, in hexadecimal digits: keys are random and long, so that
   *     nothing slower is needed
   * @param jobs most jobs that wait or are made
   * @param requestsPerMinute most requests
   */
  public record ApiKey(String name, String hash, int jobs, int requestsPerMinute) {
    /** Checks the name and the limits. */
    public ApiKey {
      Check.that(
          name.matches("[A-Za-z0-9._-]{1,60}"),
          "a key has a name of 1 to 60 letters, digits, '.', '_' and '-'");
      Check.that(hash.matches("[0-9a-f]{64}"), "the hash of key %s is damaged", name);
      Check.within("jobs", jobs, 1, 1_000_000);
      Check.within("requests per minute", requestsPerMinute, 1, 1_000_000);
    }
  }

  /** What the file holds. */
  private record Keys(List<ApiKey> keys) {}

  /** The keys in {@code data}. */
  public ApiKeys(Path data) {
    file = data.resolve(FILE);
  }

  /** All keys. */
  public synchronized List<ApiKey> all() {
    try {
      FileTime changed = Files.exists(file) ? Files.getLastModifiedTime(file) : null;
      if (changed == null) {
        keys = List.of();
      } else if (!changed.equals(readAt)) {
        keys = List.copyOf(Json.file(file, "file of keys", Keys.class).keys());
      }
      readAt = changed;
      return keys;
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }

  /** The key that {@code secret} is. */
  public Optional<ApiKey> find(String secret) {
    byte[] hash = Sha256.of(secret).getBytes(StandardCharsets.US_ASCII);
    return all().stream()
        .filter(key -> MessageDigest.isEqual(hash, key.hash().getBytes(StandardCharsets.US_ASCII)))
        .findFirst();
  }

  /**
   * Makes a key.
   *
   * @return the key, which is told this once
   */
  public synchronized String add(String name, int jobs, int requestsPerMinute) {
    List<ApiKey> all = new ArrayList<>(all());
    Check.that(
        all.stream().noneMatch(key -> key.name().equals(name)),
        "there is a key called %s; remove it first, or choose another name",
        name);
    String secret = "kt_" + (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
    all.add(new ApiKey(name, Sha256.of(secret), jobs, requestsPerMinute));
    write(all);
    return secret;
  }

  /** Ends a key. */
  public synchronized void remove(String name) {
    List<ApiKey> all = new ArrayList<>(all());
    Check.that(all.removeIf(key -> key.name().equals(name)), "there is no key called %s", name);
    write(all);
  }

  private void write(List<ApiKey> all) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ArrayNode list = root.putArray("keys");
    all.forEach(key -> list.add(Json.MAPPER.valueToTree(key)));
    AtomicFile.write(
        file,
        temporary -> {
          Files.writeString(temporary, Json.MAPPER.writeValueAsString(root) + "\n");
          if (temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
          }
        });
    readAt = null;
  }
}
