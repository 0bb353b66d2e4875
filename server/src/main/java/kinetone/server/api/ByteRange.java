package kinetone.server.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file (RFC 9110, section 14), first and last byte included.
 *
 * @param first byte
 * @param last byte
 */
record ByteRange(long first, long last) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** The header asks for what the file has not. */
  static final class Unsatisfiable extends RuntimeException {}

  /** How many bytes. */
  long length() {
    return last - first + 1;
  }

  /**
   * The range that a header asks for; empty where it asks for the whole, for several ranges, or for
   * nothing that can be understood, which the whole answers too.
   */
  static Optional<ByteRange> of(String header, long size) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher parts = SINGLE.matcher(header.strip());
    if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (parts.group(1).isEmpty()) {
      long suffix = Long.parseLong(parts.group(2));
      if (suffix == 0 || size == 0) {
        throw new Unsatisfiable();
      }
      return Optional.of(new ByteRange(Math.max(0, size - suffix), size - 1));
    }
    long first = Long.parseLong(parts.group(1));
    long last =
        parts.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(parts.group(2)));
    if (first >= size) {
      throw new Unsatisfiable();
    }
    return last < first ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }
}
