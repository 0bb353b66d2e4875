package kinetone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code kinetone study}. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    description = {
      "Listening studies: what people hear and see in clips, without knowing whose they are.",
      "",
      "First 'plan' how many raters it takes, then 'make' a page for them, then 'analyse' the files"
          + " of answers that they send back.",
      "",
      "Examples:",
      "  kinetone study plan --clips 20 --difference 0.5",
      "  kinetone study make --set ours=out/a --set theirs=out/b --out study",
      "  kinetone study analyse answers --study study",
      ""
    },
    subcommands = {StudyMakeCommand.class, StudyAnalyseCommand.class, StudyPlanCommand.class})
final class StudyCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
