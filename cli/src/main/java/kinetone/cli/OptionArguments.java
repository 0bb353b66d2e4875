package kinetone.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Systems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of all systems as arguments of a command, which has this as a mixin. */
@Command
final class OptionArguments {
  private final Map<Option<?>, String> given = new LinkedHashMap<>();

  /** Adds the arguments to {@code command} and the commands below it that have this as a mixin. */
  static void addTo(CommandSpec command) {
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof OptionArguments arguments) {
        Systems.options().forEach(option -> command.addOption(arguments.argument(option)));
      }
    }
    command.subcommands().values().forEach(line -> addTo(line.getCommandSpec()));
  }

  private OptionSpec argument(Option<?> option) {
    return OptionSpec.builder(option.argument())
        .type(String.class)
        .paramLabel("VALUE")
        .description(
            systems(option) + option.help(), "(" + option.values() + "; default: the model's)")
        .setter(
            new picocli.CommandLine.Model.ISetter() {
              @SuppressWarnings("unchecked")
              @Override
              public <T> T set(T value) {
                String before =
                    value == null ? given.remove(option) : given.put(option, (String) value);
                return (T) before;
              }
            })
        .build();
  }

  /** The systems that know {@code option}, where not all do. */
  private static String systems(Option<?> option) {
    if (CommonOptions.ALL.contains(option)) {
      return "";
    }
    List<String> names = new ArrayList<>();
    for (GenerativeSystem system : Systems.all()) {
      if (system.options().contains(option)) {
        names.add(system.name());
      }
    }
    return String.join(", ", names) + ": ";
  }

  /** What was given, checked. */
  OptionValues values() {
    OptionValues values = OptionValues.NONE;
    for (Map.Entry<Option<?>, String> argument : given.entrySet()) {
      values = values.withParsed(argument.getKey(), argument.getValue());
    }
    return values;
  }
}
