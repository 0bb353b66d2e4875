package kinetone.data;

import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * A stretch of a file that somebody wants as clips.
 *
 * @param name the path as the manifest has it, or relative to the folder, with slashes
 * @param file where it is
 * @param start seconds
 * @param end seconds; empty for the end of the file
 * @param caption empty for none
 */
record ManifestEntry(String name, Path file, double start, OptionalDouble end, String caption) {}
