package kinetone.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The processor that figures are of: speed depends on it, and so do the last digits of sums.
 *
 * @param name as the operating system gives it
 * @param features those of its vector and matrix units that libtorch's kernels choose by
 */
public record Processor(String name, List<String> features) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private static final Set<String> TOLD =
      Set.of(
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "avx_vnni",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "amx_fp16",
          "asimd",
          "asimddp",
          "bf16",
          "i8mm",
          "sve",
          "sve2");

  /** This machine's; where the system tells nothing, the architecture alone. */
  public static Processor here() {
    try {
      // The kernel makes this file as it is read.
      if (Files.isReadable(CPU_INFO)) {
        return of(Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // The architecture is left.
    }
    return new Processor(System.getProperty("os.arch"), List.of());
  }

  /** The first processor of a {@code /proc/cpuinfo}. */
  static Processor of(String cpuInfo) {
    String name = value(cpuInfo, "model name");
    String flags = value(cpuInfo, "flags") + " " + value(cpuInfo, "Features");
    return new Processor(
        name.isEmpty() ? System.getProperty("os.arch") : name,
        Arrays.stream(flags.split("\\s+")).filter(TOLD::contains).distinct().toList());
  }

  private static String value(String cpuInfo, String key) {
    return cpuInfo
        .lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst()
        .orElse("");
  }
}
