package kinetone.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.checkpoint.convert.Layout;
import kinetone.checkpoint.convert.Naming;
import kinetone.feature.clap.ClapAudio;
import kinetone.tensor.TensorFile;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A tower in transformers' files of CLAP, which hold both, and numbers that follow from the
 * configuration.
 */
final class ClapNames implements Naming {
  static final Naming AUDIO =
      new ClapNames(Set.of("text_model.", "text_projection.", "logit_scale_"));

  static final Naming TEXT =
      new ClapNames(Set.of("audio_model.", "audio_projection.", "logit_scale_"));

  private static final String POSITIONS = "text_model.embeddings.position_embeddings.weight";

  private static final String TABLE = "relative_position_bias_table";
  private static final String INDEX = "relative_position_index";

  private final JudgeNaming names;

  private ClapNames(Set<String> others) {
    JudgeNaming same = JudgeNaming.same("transformers");
    names = new JudgeNaming(same.label(), same.theirs(), others, List.of());
  }

  @Override
  public String label() {
    return names.label();
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    return names.layout(name, shape);
  }

  @Override
  public List<Constant> constants(Map<String, TensorFile.Entry> network) {
    List<Constant> all = new ArrayList<>(names.constants(network));
    network.forEach(
        (name, entry) -> {
          if (name.endsWith(TABLE)) {
            // A table has (2 w - 1)^2 distances.
            int window = ((int) Math.sqrt((double) entry.shape()[0]) + 1) / 2;
            long tokens = (long) window * window;
            all.add(
                new Constant(
                    name.replace(TABLE, INDEX),
                    ScalarType.Long,
                    new long[] {tokens, tokens},
                    true,
                    () -> ClapAudio.distances(window)));
          }
          if (name.equals(POSITIONS)) {
            all.addAll(numbered(entry.shape()[0]));
          }
        });
    return all;
  }

  /** The numbers of positions, and a type of token, of which there is one. */
  private static List<Constant> numbered(long positions) {
    long[] row = {1, positions};
    return List.of(
        new Constant(
            "text_model.embeddings.position_ids",
            ScalarType.Long,
            row,
            true,
            () -> Tensors.of(LongStream.range(0, positions).toArray(), row)),
        new Constant(
            "text_model.embeddings.token_type_ids",
            ScalarType.Long,
            row,
            true,
            () -> Tensors.of(new long[(int) positions], row)));
  }

  @Override
  public boolean isOfAnother(String name) {
    return names.isOfAnother(name);
  }
}
