package kinetone.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import kinetone.common.Exhaustion;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point: {@code kinetone COMMAND}. */
@Command(
    name = "kinetone",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Generates, trains and evaluates joint sound and picture.",
    footer = {
      "",
      "Start here:",
      "  kinetone demo                    clips with the shipped models, and a page",
      "  kinetone generate --task joint   one clip",
      "  kinetone COMMAND --help          what a command takes"
    },
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      InfoCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      PackCommand.class,
      ScenesCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Callable<Integer> {
  /** What shells report for a process that SIGINT ended. */
  private static final int STOPPED = 130;

  @Option(
      names = "--stack-trace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of errors too.")
  private boolean stackTrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /** Runs a command and exits with its status: 0 done, 2 bad input, 70 a fault of ours. */
  public static void main(String[] args) {
    System.exit(StandardOutput.statusOf(commandLine().execute(args)));
  }

  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (main.stackTrace) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            System.err.print(Printable.lines(trace.toString()));
          }
          if (e instanceof KinetoneException known) {
            System.err.println("kinetone: " + Printable.line(known.getMessage()));
            return known.kind().exitCode();
          }
          if (e instanceof InvalidPathException name) {
            System.err.printf(
                "kinetone: '%s' cannot be the name of a file here (%s)%n",
                Printable.line(name.getInput()), Printable.line(name.getReason()));
            return KinetoneException.Kind.USER.exitCode();
          }
          if (e instanceof UncheckedIOException disk) {
            System.err.println("kinetone: " + Printable.line(disk.getMessage()));
            return KinetoneException.Kind.RESOURCE.exitCode();
          }
          if (Exhaustion.isCauseOf(e)) {
            System.err.println(
                "kinetone: what is asked for is more than the memory holds: "
                    + Printable.line(e.toString()));
            return KinetoneException.Kind.RESOURCE.exitCode();
          }
          if (e instanceof CancellationException) {
            System.err.println("kinetone: stopped");
            return STOPPED;
          }
          // What comes from C++ carries its stack in the message.
          System.err.println(
              "kinetone: unexpected "
                  + Printable.line(e.toString())
                  + "; run with --stack-trace and report it, please");
          return KinetoneException.Kind.INTERNAL.exitCode();
        });
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          System.err.printf(
              "kinetone: %s; try '%s --help'%n",
              Printable.line(e.getMessage()), e.getCommandLine().getCommandSpec().qualifiedName());
          return CommandLine.ExitCode.USAGE;
        });
    OptionArguments.addTo(line.getCommandSpec());
    line.setExecutionStrategy(Main::run);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  /** Errors, a lack of memory above all, are told in one line like everything else. */
  private static int run(CommandLine.ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw new CommandLine.ExecutionException(
          parsed.commandSpec().commandLine(), e.toString(), new IllegalStateException(e));
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
