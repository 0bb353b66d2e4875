package kinetone.checkpoint.pickle;

/** Why a file is refused; {@link PickleFile} adds which. */
final class Fault extends RuntimeException {
  Fault(String what) {
    super(what);
  }
}
