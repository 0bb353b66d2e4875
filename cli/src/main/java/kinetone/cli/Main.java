package kinetone.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import kinetone.common.Exhaustion;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.tensor.Engine;
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
      "  kinetone serve                   a page and an API",
      "  kinetone COMMAND --help          what a command takes"
    })
public final class Main implements Callable<Integer> {
  /** What shells report for a process that SIGINT ended. */
  private static final int STOPPED = 130;

  private static final List<Class<?>> COMMANDS =
      List.of(
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
          EvaluateCommand.class,
          ExperimentCommand.class,
          ServeCommand.class,
          WorkerCommand.class,
          KeysCommand.class,
          StudyCommand.class,
          CommandLine.HelpCommand.class);

  @Option(
      names = "--stack-trace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of errors too.")
  private boolean stackTrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /**
   * Runs a command and exits with its status: 0 done, 2 bad input, 70 a fault of ours, 71 the
   * machine cannot (memory, native libraries), 130 stopped.
   */
  public static void main(String[] args) {
    int status;
    NativeLibraries.quieten();
    try {
      status = StandardOutput.statusOf(commandLine(args).execute(args));
    } catch (Throwable e) {
      // Where even the command line cannot be made.
      status = KinetoneException.Kind.MACHINE.exitCode();
      System.err.println("kinetone: " + MachineFault.line(e).orElseGet(() -> unexpected(e)));
    }
    System.exit(status);
  }

  /**
   * The command line for these arguments: to read what all commands take would be a third of what a
   * short one lasts, so where one is named there is only that.
   */
  static CommandLine commandLine(String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    // As a class alone a command would be added without its transformation of the model.
    commands(args).forEach(command -> line.addSubcommand(new CommandLine(command)));
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
            System.err.println("kinetone: " + reason(disk.getCause()));
            return KinetoneException.Kind.RESOURCE.exitCode();
          }
          if (e instanceof CancellationException) {
            System.err.println("kinetone: stopped");
            return STOPPED;
          }
          Throwable fault = e instanceof Escaped ? e.getCause() : e;
          Optional<String> machine = MachineFault.line(fault);
          if (machine.isEmpty() && Exhaustion.isCauseOf(fault)) {
            System.err.printf(
                "kinetone: what is asked for is more than the memory holds (%s); ask for less%n",
                Printable.line(fault.getMessage()));
            return KinetoneException.Kind.RESOURCE.exitCode();
          }
          System.err.println("kinetone: " + machine.orElseGet(() -> unexpected(fault)));
          return (machine.isPresent()
                  ? KinetoneException.Kind.MACHINE
                  : KinetoneException.Kind.INTERNAL)
              .exitCode();
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

  private static List<Class<?>> commands(String... arguments) {
    Optional<String> first = Stream.of(arguments).filter(a -> !a.startsWith("-")).findFirst();
    List<Class<?>> named =
        COMMANDS.stream().filter(c -> first.equals(Optional.of(name(c)))).toList();
    return named.isEmpty() || named.contains(CommandLine.HelpCommand.class) ? COMMANDS : named;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** What a disk says, without names of classes. */
  private static String reason(IOException e) {
    if (e instanceof FileSystemException named && named.getFile() != null) {
      String file = Printable.of(named.getFile());
      return e instanceof AccessDeniedException
          ? file + " cannot be read or written: access is denied"
          : e instanceof NoSuchFileException
              ? file + " does not exist"
              : file + ": " + Printable.line(named.getReason());
    }
    return Printable.line(e.getMessage());
  }

  /** What comes from C++ carries its stack in the message. */
  private static String unexpected(Throwable e) {
    return "unexpected "
        + Printable.line(e.toString())
        + "; run with --stack-trace and report it, please";
  }

  /** An error on its way through what only handles exceptions. */
  private static final class Escaped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Escaped(Error error) {
      super(error);
    }
  }

  /** Errors, a lack of memory above all, are told in one line like everything else. */
  private static int run(CommandLine.ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.get(commands.size() - 1);
    try {
      boolean help =
          commands.stream().anyMatch(c -> c.isUsageHelpRequested() || c.isVersionHelpRequested());
      if (!help && commands.size() > 1) {
        commands.forEach(command -> Within.Ranges.check(command.getCommandSpec()));
        NativeLibraries.requireRoom();
        Engine.requireOneBuild();
      }
      return new CommandLine.RunLast().execute(parsed);
    } catch (KinetoneException e) {
      throw new CommandLine.ExecutionException(last, e.getMessage(), e);
    } catch (Error e) {
      throw new CommandLine.ExecutionException(last, e.toString(), new Escaped(e));
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
