package kinetone.checkpoint.convert;

import java.util.Optional;

/**
 * PixArt's names (PixArt-alpha/PixArt-alpha, {@code diffusion/model/nets/PixArt.py}) of those
 * tensors of STDiT3 that a picture model has: its blocks become the spatial ones, and its caption
 * for "no text" gets as many tokens as are wanted, the last of them again and again, as in
 * Open-Sora's {@code reparameter}. PixArt has no norms of queries and keys, no blocks over time and
 * no frame rate.
 */
public record PixArtNaming() implements Naming {
  private static final String SPATIAL = "spatial_blocks.";
  private static final String NO_TEXT = "y_embedder.y_embedding";

  @Override
  public String label() {
    return "PixArt";
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    if (name.startsWith("temporal_blocks.")
        || name.startsWith("fps_embedder.")
        || name.endsWith("_norm.weight")) {
      return Optional.empty();
    }
    if (name.equals(NO_TEXT)) {
      return Optional.of(new Layout.Rows(name, shape));
    }
    String theirs = name.startsWith(SPATIAL) ? "blocks." + name.substring(SPATIAL.length()) : name;
    return Optional.of(new Layout.Renamed(theirs, shape));
  }

  /** Positions, which are computed for any size, and the sizes that models of 1024 pixels hear. */
  @Override
  public boolean isOfAnother(String name) {
    return name.equals("pos_embed")
        || name.startsWith("csize_embedder.")
        || name.startsWith("ar_embedder.");
  }
}
