package kinetone.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the processor multiplies bfloat16 in hardware. Without such units libtorch emulates it,
 * three times slower than float32.
 */
final class Bf16Hardware {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Bf16Hardware() {}

  /** Asks the operating system; false where it does not tell. */
  static boolean onCpu() {
    try {
      return Files.isReadable(CPU_INFO)
          && listedIn(Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the first processor of {@code cpuInfo} has AVX512-BF16 or AMX-BF16. */
  static boolean listedIn(String cpuInfo) {
    return cpuInfo
        .lines()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> List.of(line.split("\\s+")))
        .map(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
        .orElse(false);
  }
}
