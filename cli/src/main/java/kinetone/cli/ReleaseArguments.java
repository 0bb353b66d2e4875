package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kinetone.common.Check;
import kinetone.release.Release;
import kinetone.release.Releases;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** The files of published models as arguments of {@code import}, which has this as a mixin. */
@Command
final class ReleaseArguments {
  private final Map<String, Path> given = new LinkedHashMap<>();

  /**
   * Adds the arguments to {@code command}, which has this as a mixin, and the models to its help.
   */
  static void addTo(CommandSpec command) {
    ReleaseArguments arguments =
        command.mixins().values().stream()
            .map(CommandSpec::userObject)
            .filter(ReleaseArguments.class::isInstance)
            .map(ReleaseArguments.class::cast)
            .findFirst()
            .orElseThrow();
    Map<String, Release.Input> inputs = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>(List.of("", "Whole models and their files:"));
    for (Release release : Releases.ALL) {
      release.inputs().forEach(input -> inputs.putIfAbsent(input.name(), input));
      lines.add("  " + usage(release));
      lines.add(release.summary() + ". " + release.licence() + ".");
    }
    inputs.values().forEach(input -> command.addOption(arguments.argument(input)));
    command.usageMessage().footer(lines.toArray(String[]::new));
  }

  private static String usage(Release release) {
    return release.name()
        + release.inputs().stream()
            .map(input -> " --" + input.name() + " " + input.what())
            .collect(Collectors.joining());
  }

  private OptionSpec argument(Release.Input input) {
    return OptionSpec.builder("--" + input.name())
        .type(Path.class)
        .paramLabel(input.what())
        .description(users(input) + input.help())
        .setter(
            new ISetter() {
              @SuppressWarnings("unchecked")
              @Override
              public <T> T set(T value) {
                Path before =
                    value == null
                        ? given.remove(input.name())
                        : given.put(input.name(), (Path) value);
                return (T) before;
              }
            })
        .build();
  }

  private static String users(Release.Input input) {
    return Releases.ALL.stream()
            .filter(r -> r.inputs().stream().anyMatch(i -> i.name().equals(input.name())))
            .map(Release::name)
            .collect(Collectors.joining(", "))
        + ": ";
  }

  /** The files of {@code release}, all of them and no others. */
  Map<String, Path> files(Release release) {
    List<String> names = release.inputs().stream().map(Release.Input::name).toList();
    Check.that(
        given.keySet().containsAll(names),
        "--as %s needs all of its files: %s",
        release.name(),
        usage(release));
    refuseAllBut(names, release.name());
    return given;
  }

  /** Refuses files of published models where the network {@code name} is imported. */
  void refuse(String name) {
    refuseAllBut(List.of(), name);
  }

  private void refuseAllBut(List<String> names, String what) {
    given
        .keySet()
        .forEach(
            name -> Check.that(names.contains(name), "--%s is of no use to --as %s", name, what));
  }
}
