package kinetone.cli;

import kinetone.common.KinetoneException;
import kinetone.pipeline.TaskKind;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Tasks by all the names that people have for them. */
final class TaskConverter implements ITypeConverter<TaskKind> {
  @Override
  public TaskKind convert(String value) {
    try {
      return TaskKind.named(value);
    } catch (KinetoneException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
