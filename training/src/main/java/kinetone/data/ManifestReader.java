package kinetone.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;

/** Lists the files of a folder or of a manifest, without opening them. */
final class ManifestReader {
  /** Of tens of millions of lines. */
  private static final long MAX_BYTES = 1L << 30;

  private static final String CAPTION = ".txt";
  private static final long MAX_CAPTION = 1L << 20;

  private ManifestReader() {}

  /**
   * The entries of a folder (every file below it that is not hidden, sorted by path; a .txt is the
   * caption of the file beside it that is called like it), of a CSV file or of a JSONL file (in the
   * order of the lines; other columns and keys than path, start, end, caption and text are left to
   * whoever needs them).
   */
  static List<ManifestEntry> read(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    InputFile.require(path, "manifest");
    if (name.endsWith(".csv")) {
      return csv(path);
    }
    Check.that(name.endsWith(".jsonl"), "%s is no folder, no .csv and no .jsonl manifest", path);
    return jsonLines(path);
  }

  private static List<ManifestEntry> folder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> entry(slashed(folder.relativize(file)), file))
          .filter(entry -> !hidden(entry.name()) && !isCaption(entry.file()))
          .sorted(Comparator.comparing(ManifestEntry::name))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw KinetoneException.user(e, "cannot list %s: %s", folder, e.getMessage());
    }
  }

  private static ManifestEntry entry(String name, Path file) {
    Path words = captionFile(file);
    String caption =
        Files.isRegularFile(words) ? InputFile.text(words, "caption", MAX_CAPTION).strip() : "";
    return new ManifestEntry(name, file, 0, OptionalDouble.empty(), caption);
  }

  /** Where the caption of a media file in a folder is: beside it, with the ending .txt. */
  private static Path captionFile(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + CAPTION);
  }

  private static boolean isCaption(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(CAPTION);
  }

  private static String slashed(Path relative) {
    return String.join(
        "/", StreamSupport.stream(relative.spliterator(), false).map(Path::toString).toList());
  }

  private static boolean hidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }

  private static List<ManifestEntry> csv(Path manifest) {
    CsvMapper mapper =
        CsvMapper.builder()
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();
    List<ManifestEntry> entries = new ArrayList<>();
    try (MappingIterator<Map<String, String>> rows =
        mapper
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(text(manifest))) {
      while (rows.hasNextValue()) {
        ObjectNode row = Json.MAPPER.createObjectNode();
        rows.nextValue().forEach(row::put);
        entries.add(entry(manifest, "row " + (entries.size() + 1), row));
      }
    } catch (JsonProcessingException e) {
      throw Json.error(manifest, e);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s: %s", manifest, e.getMessage());
    }
    return entries;
  }

  private static List<ManifestEntry> jsonLines(Path manifest) {
    List<ManifestEntry> entries = new ArrayList<>();
    int number = 0;
    for (String line : text(manifest).lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      entries.add(entry(manifest, "line " + number, Json.tree(manifest + ":" + number, line)));
    }
    return entries;
  }

  private static String text(Path manifest) {
    return InputFile.text(manifest, "manifest", MAX_BYTES);
  }

  private static ManifestEntry entry(Path manifest, String where, JsonNode row) {
    String path = row.path("path").asText("");
    Check.that(!path.isBlank(), "%s %s has no 'path'", manifest, where);
    double start = number(manifest, where, row, "start").orElse(0);
    OptionalDouble end = number(manifest, where, row, "end");
    Check.that(start >= 0, "%s %s: start = %s, must not be negative", manifest, where, start);
    Check.that(
        end.isEmpty() || end.getAsDouble() > start,
        "%s %s: end = %s, must be after start = %s",
        manifest,
        where,
        end.orElse(0),
        start);
    String caption = row.hasNonNull("caption") ? row.get("caption").asText() : "";
    if (caption.isEmpty() && row.hasNonNull("text")) {
      caption = row.get("text").asText();
    }
    try {
      return new ManifestEntry(path, manifest.resolveSibling(path), start, end, caption);
    } catch (java.nio.file.InvalidPathException e) {
      throw KinetoneException.user(e, "%s %s: '%s' is not a path", manifest, where, path);
    }
  }

  private static OptionalDouble number(Path manifest, String where, JsonNode row, String key) {
    String text = row.path(key).asText("").strip();
    if (text.isEmpty() || row.path(key).isNull()) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // The same answer as for "NaN".
    }
    throw KinetoneException.user(
        "%s %s: %s = '%s' is not a number of seconds", manifest, where, key, text);
  }
}
