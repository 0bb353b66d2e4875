package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * DiT in diffusers ({@code scripts/convert_dit_to_diffusers.py}): queries, keys and values apart,
 * the embeddings of timestep and class repeated in every block, positions not stored.
 */
public final class DitDiffusers implements Naming {
  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)\\.(weight|bias)");
  private static final Map<String, String> IN_BLOCKS =
      Map.of(
          "attn.proj", "attn1.to_out.0",
          "mlp.fc1", "ff.net.0.proj",
          "mlp.fc2", "ff.net.2",
          "adaLN_modulation.1", "norm1.linear");
  private static final Map<String, String> REPEATED =
      Map.of(
          "t_embedder.mlp.0", "timestep_embedder.linear_1",
          "t_embedder.mlp.2", "timestep_embedder.linear_2",
          "y_embedder.embedding_table", "class_embedder.embedding_table");
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "x_embedder.proj", "pos_embed.proj",
          "final_layer.adaLN_modulation.1", "proj_out_1",
          "final_layer.linear", "proj_out_2");

  private final int depth;

  /** Of a network of {@code depth} blocks. */
  public DitDiffusers(int depth) {
    this.depth = depth;
  }

  @Override
  public String label() {
    return "diffusers";
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    if (name.equals("pos_embed")) {
      return Optional.empty();
    }
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      String to = "transformer_blocks." + block.group(1) + ".";
      String end = "." + block.group(3);
      return Optional.of(
          block.group(2).equals("attn.qkv")
              ? new Layout.Stacked(
                  List.of(
                      to + "attn1.to_q" + end, to + "attn1.to_k" + end, to + "attn1.to_v" + end),
                  shape)
              : new Layout.Renamed(
                  to + IN_BLOCKS.getOrDefault(block.group(2), block.group(2)) + end, shape));
    }
    int dot = name.lastIndexOf('.');
    String stem = name.substring(0, Math.max(0, dot));
    String end = name.substring(Math.max(0, dot));
    String repeated = REPEATED.get(stem);
    if (repeated != null) {
      return Optional.of(
          new Layout.Repeated(
              IntStream.range(0, depth)
                  .mapToObj(i -> "transformer_blocks." + i + ".norm1.emb." + repeated + end)
                  .toList(),
              shape));
    }
    return Optional.of(new Layout.Renamed(OUTSIDE.getOrDefault(stem, stem) + end, shape));
  }
}
