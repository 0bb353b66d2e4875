package kinetone.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/**
 * A command that ran within this process.
 *
 * @param status what the process would have ended with
 * @param out lines of standard output
 * @param err lines of standard error
 */
record Captured(int status, List<String> out, List<String> err) {
  static Captured run(String... arguments) {
    return run(Main.commandLine(arguments), arguments);
  }

  static Captured run(CommandLine line, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream standardOut = System.out;
    PrintStream standardErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = line.execute(arguments);
      return new Captured(status, lines(out), lines(err));
    } finally {
      System.setOut(standardOut);
      System.setErr(standardErr);
    }
  }

  private static List<String> lines(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
