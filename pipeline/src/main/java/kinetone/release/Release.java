package kinetone.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.exchange.Exchange;

/**
 * A model that its authors published in several files. An implementation per model; all of them are
 * listed in {@link Releases}.
 */
public interface Release {
  /**
   * A file of it.
   *
   * @param name for arguments, in lower case with hyphens
   * @param what stands for it in help, for example FILE
   * @param help one line for people
   */
  record Input(String name, String what, String help) {}

  /** What users call it, in lower case with hyphens. */
  String name();

  /** One line for people. */
  String summary();

  /** What its weights may be used for, one line for people. */
  String licence();

  /** The files that it consists of; all are needed. */
  List<Input> inputs();

  /**
   * Makes a model folder, whole or not at all.
   *
   * @param files by the names of {@link #inputs}
   * @param out it must not exist
   * @throws kinetone.common.KinetoneException when {@code out} exists, a file is damaged or
   *     refused, or does not hold exactly the network's tensors
   */
  void make(Map<String, Path> files, Exchange exchange, Path out);
}
