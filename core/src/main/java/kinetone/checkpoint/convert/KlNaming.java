package kinetone.checkpoint.convert;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The 2-D autoencoder of latent diffusion. Kinetone's names are those of diffusers' {@code
 * AutoencoderKL}; the others are those that diffusers had before 0.14, and those of the original
 * code (CompVis/latent-diffusion, with which Stable Diffusion and AudioLDM were trained), where the
 * levels of the decoder are counted from the finest and attention is made of 1 × 1 convolutions.
 */
public final class KlNaming implements Naming {
  private static final Pattern LEVEL = Pattern.compile("\\.(down|up)_blocks\\.(\\d+)\\.");
  private static final Pattern ATTENTION =
      Pattern.compile("\\.mid_block\\.attentions\\.0\\.(group_norm|to_q|to_k|to_v|to_out\\.0)\\.");
  private static final Map<String, String> ORIGINAL =
      Map.of("group_norm", "norm", "to_q", "q", "to_k", "k", "to_v", "v", "to_out.0", "proj_out");
  private static final Map<String, String> EARLIER =
      Map.of("to_q", "query", "to_k", "key", "to_v", "value", "to_out.0", "proj_attn");

  private enum Family {
    DIFFUSERS,
    EARLIER_DIFFUSERS,
    COMP_VIS
  }

  private final Family family;
  private final int levels;

  private KlNaming(Family family, int levels) {
    this.family = family;
    this.levels = levels;
  }

  /** Kinetone's own. */
  public static KlNaming diffusers() {
    return new KlNaming(Family.DIFFUSERS, 0);
  }

  /** {@code query}, {@code key}, {@code value} and {@code proj_attn}. */
  public static KlNaming earlierDiffusers() {
    return new KlNaming(Family.EARLIER_DIFFUSERS, 0);
  }

  /** Of an autoencoder with {@code levels} resolutions: 4 in Stable Diffusion, 3 in AudioLDM. */
  public static KlNaming compVis(int levels) {
    return new KlNaming(Family.COMP_VIS, levels);
  }

  @Override
  public String label() {
    return switch (family) {
      case DIFFUSERS -> "diffusers";
      case EARLIER_DIFFUSERS -> "earlier diffusers";
      case COMP_VIS -> "CompVis";
    };
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    String file =
        switch (family) {
          case DIFFUSERS -> name;
          case EARLIER_DIFFUSERS ->
              ATTENTION
                  .matcher(name)
                  .replaceAll(
                      m ->
                          ".mid_block.attentions.0."
                              + EARLIER.getOrDefault(m.group(1), m.group(1))
                              + ".");
          case COMP_VIS -> original(name);
        };
    boolean point =
        family == Family.COMP_VIS && shape.length == 2 && ATTENTION.matcher(name).find();
    long[] there = point ? new long[] {shape[0], shape[1], 1, 1} : shape;
    return Optional.of(new Layout.Renamed(new Layout.Slot(file, there), shape));
  }

  /** The loss, the averages, the vocoder and latent diffusion's factor stand beside it. */
  @Override
  public boolean isOfAnother(String name) {
    return name.startsWith("loss.")
        || name.startsWith("model_ema.")
        || name.startsWith("vocoder.")
        || name.equals("scale_factor");
  }

  private String original(String name) {
    String levelled = LEVEL.matcher(name).replaceAll(this::level);
    return ATTENTION
        .matcher(levelled)
        .replaceAll(m -> ".mid.attn_1." + ORIGINAL.get(m.group(1)) + ".")
        .replace(".mid_block.resnets.0.", ".mid.block_1.")
        .replace(".mid_block.resnets.1.", ".mid.block_2.")
        .replace(".resnets.", ".block.")
        .replace(".downsamplers.0.", ".downsample.")
        .replace(".upsamplers.0.", ".upsample.")
        .replace(".conv_shortcut.", ".nin_shortcut.")
        .replace(".conv_norm_out.", ".norm_out.");
  }

  private String level(MatchResult match) {
    int level = Integer.parseInt(match.group(2));
    boolean down = match.group(1).equals("down");
    return "." + match.group(1) + "." + (down ? level : levels - 1 - level) + ".";
  }
}
