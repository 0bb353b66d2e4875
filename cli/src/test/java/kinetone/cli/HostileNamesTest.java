package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Names and texts that would speak to the terminal, and names of things that are no files. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(60)
class HostileNamesTest {
  private static final String RED = "\u001b[31mred\u0007";

  @TempDir Path folder;

  @Test
  void control_characters_of_names_do_not_reach_the_terminal() throws IOException {
    Path text = Files.writeString(folder.resolve(RED + "\nkinetone: done.mp4"), "words");
    String model = TinyModel.write(folder.resolve("model")).toString();
    for (Captured run :
        new Captured[] {
          Captured.run("info", text.toString()),
          Captured.run("info", folder.resolve(RED).toString()),
          Captured.run("generate", "--task", "v2a", "--video", text.toString(), "--model", model),
          Captured.run("generate", "--task", RED),
          Captured.run("generate", "--" + RED),
          Captured.run(RED),
        }) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).singleElement().asString().contains("\\x1b[31mred\\x07");
      assertThat(run.err().get(0)).doesNotContainPattern("\\p{Cntrl}");
    }
  }

  @Test
  void nor_do_those_of_a_model() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    Path index = model.resolve("model_index.json");
    String good = Files.readString(index);
    Files.writeString(
        index, good.replaceAll("(\"description\" : \")", "$1\\\\u001b[31mred\\\\u0007"));
    Captured run = Captured.run("info", model.toString());
    assertThat(run.status()).as("%s", run.err()).isZero();
    assertThat(run.out().get(0)).startsWith("\\x1b[31mred\\x07");
  }

  @Test
  void stack_traces_are_printed_without_them_too() {
    CommandLine line = Main.commandLine();
    Captured run = Captured.run(line, "info", "--stack-trace", folder.resolve(RED).toString());
    assertThat(run.err()).hasSizeGreaterThan(2);
    assertThat(run.err()).noneMatch(text -> text.contains("\u001b") || text.contains("\u0007"));
  }

  @Test
  void pipes_and_devices_are_refused_at_once() throws Exception {
    for (String name : new String[] {"a.mp4", "a.safetensors", "a.pt"}) {
      Path pipe = folder.resolve(name);
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
      refused(Captured.run("info", pipe.toString()));
    }
    refused(Captured.run("info", "/dev/zero"));
    refused(Captured.run("generate", "--task", "v2a", "--video", "/dev/zero"));
  }

  @Test
  void names_in_any_script_are_read() {
    Path clip = TinyClips.camera(folder.resolve("ä ü 音.mp4"), 0.5);
    assertThat(Captured.run("info", clip.toString()).status()).isZero();
  }

  @Test
  void a_lack_of_memory_is_one_line_and_no_fault_of_ours() {
    for (Throwable lack :
        new Throwable[] {
          new NegativeArraySizeException("-5"),
          new ArithmeticException("integer overflow"),
          new RuntimeException("DefaultCPUAllocator: can't allocate memory\nframe #0"),
        }) {
      Captured run = Captured.run(Main.commandLine().addSubcommand(new Failing(lack)), "failing");
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).singleElement().asString().contains("more than the memory holds");
    }
  }

  /** Fails as told. */
  @CommandLine.Command(name = "failing")
  private record Failing(Throwable with) implements Runnable {
    @Override
    public void run() {
      if (with instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) with;
    }
  }

  private static void refused(Captured run) {
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().startsWith("kinetone: ");
  }
}
