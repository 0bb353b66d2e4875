package kinetone.server.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;

/**
 * A bucket of S3, or of what speaks like it (MinIO, Ceph, R2).
 *
 * @param name of the bucket
 * @param prefix of the names of its objects: empty, or ends with a slash
 * @param endpoint address of the service; empty is Amazon's
 */
public record Bucket(String name, String prefix, Optional<URI> endpoint) {
  private static final Pattern ADDRESS =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9!_.*'()/-]{0,512}))?");

  /**
   * The bucket at an address.
   *
   * @param address {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}
   * @param endpoint {@code http://HOST:PORT} or https, or null
   * @throws KinetoneException of kind USER when they are no such things
   */
  public static Bucket of(String address, String endpoint) {
    Matcher matcher = ADDRESS.matcher(address);
    Check.that(
        matcher.matches(),
        "media = %s, must be s3://BUCKET or s3://BUCKET/PREFIX",
        Printable.of(address));
    String prefix = matcher.group(2) == null ? "" : matcher.group(2).replaceAll("/+$", "") + "/";
    return new Bucket(
        matcher.group(1),
        prefix.equals("/") ? "" : prefix,
        Optional.ofNullable(endpoint).map(Bucket::endpoint));
  }

  private static URI endpoint(String endpoint) {
    try {
      URI address = new URI(endpoint);
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (web && address.getHost() != null && address.getUserInfo() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw KinetoneException.user(
          e, "S3 endpoint = %s, must be http://HOST:PORT or https", Printable.of(endpoint));
    }
    throw KinetoneException.user(
        "S3 endpoint = %s, must be http://HOST:PORT or https", Printable.of(endpoint));
  }

  /** As people write it. */
  @Override
  public String toString() {
    return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
