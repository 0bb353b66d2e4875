package kinetone.server.wall;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.server.time.Ticker;

/**
 * The process behind the wall: one {@link MediaTask} a line on standard input, one {@link
 * MediaAnswer} a line on standard output. It ends with the server that started it.
 */
public final class WallMain {
  private WallMain() {}

  /** Works until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    // Whatever else prints must not be taken for an answer.
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    endWithParent();
    say(answers, WallProcess.READY);
    BufferedReader tasks =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
      MediaAnswer answer = answer(line);
      say(answers, text(answer));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void say(PrintStream answers, String line) throws IOException {
    answers.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    answers.flush();
  }

  private static void endWithParent() {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    Thread.currentThread().setName("wall");
    new Ticker(
        "parent",
        Duration.ofSeconds(1),
        () -> {
          if (!ProcessHandle.current().parent().equals(parent)) {
            Runtime.getRuntime().halt(1);
          }
        });
  }

  private static MediaAnswer answer(String line) {
    try {
      return MediaTasks.run(Json.bind("task", Json.tree("task", line), MediaTask.class));
    } catch (KinetoneException e) {
      return new MediaAnswer.Refused(e.kind().name(), e.getMessage());
    } catch (OutOfMemoryError e) {
      return new MediaAnswer.Refused(
          KinetoneException.Kind.USER.name(),
          "the file takes more memory than this server gives it; make it shorter or smaller");
    } catch (RuntimeException e) {
      return new MediaAnswer.Refused(
          KinetoneException.Kind.INTERNAL.name(), Printable.line(e.toString()));
    }
  }

  static String text(Object value) {
    try {
      return Json.MAPPER
          .writer()
          .without(com.fasterxml.jackson.databind.SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
