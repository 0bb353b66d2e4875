package kinetone.cli;

import kinetone.common.KinetoneException;

/** Standard output, which takes results and says of its own accord nothing about those it lost. */
final class StandardOutput {
  private StandardOutput() {}

  /**
   * The exit status of a command that ends with {@code status}: a failure too when what it printed
   * went to a full disk or a closed pipe.
   */
  static int statusOf(int status) {
    if (System.out.checkError() && status == 0) {
      System.err.println(
          "kinetone: standard output cannot be written (a full disk or a closed pipe); files that"
              + " the command names are complete");
      return KinetoneException.Kind.RESOURCE.exitCode();
    }
    return status;
  }
}
