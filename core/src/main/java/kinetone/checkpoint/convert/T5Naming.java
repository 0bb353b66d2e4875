package kinetone.checkpoint.convert;

import java.util.Optional;

/**
 * The names of T5 in transformers, which are Kinetone's too. The table of pieces lies in files
 * twice or under either name; a decoder may lie beside the encoder.
 *
 * @param table the name under which the table of pieces is read
 */
public record T5Naming(String table) implements Naming {
  private static final String SHARED = "shared.weight";
  private static final String EMBEDDED = "encoder.embed_tokens.weight";

  /** As encoders are saved. */
  public static final T5Naming TRANSFORMERS = new T5Naming(SHARED);

  /** Where only the encoder's own name of the table was kept. */
  public static final T5Naming EMBEDDED_ONLY = new T5Naming(EMBEDDED);

  @Override
  public String label() {
    return "transformers";
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    return Optional.of(new Layout.Renamed(name.equals(SHARED) ? table : name, shape));
  }

  @Override
  public boolean isOfAnother(String name) {
    return name.startsWith("decoder.")
        || name.equals("lm_head.weight")
        || name.equals(table.equals(SHARED) ? EMBEDDED : SHARED);
  }
}
