package kinetone.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kinetone.checkpoint.convert.MdsgenNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.model.mdsgen.MdsgenPresets;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** MDSGen-B on AudioLDM's latents (triton99/MDSGen, {@code mdsgen_audioldm.pt}). */
final class MdsgenTarget implements ImportTarget<MdsgenConfig> {
  @Override
  public String name() {
    return "mdsgen-b";
  }

  @Override
  public String summary() {
    return "MDSGen-B on AudioLDM's latents: mdsgen_audioldm.pt";
  }

  @Override
  public String type() {
    return Mdsgen.TYPE;
  }

  @Override
  public Class<MdsgenConfig> configurationType() {
    return MdsgenConfig.class;
  }

  @Override
  public MdsgenConfig configuration() {
    return MdsgenPresets.of("mdsgen-b-audioldm");
  }

  @Override
  public Module build(MdsgenConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new Mdsgen(configuration, rng);
    }
  }

  /** Which distance each pair of tokens has; the network has it as a buffer of every block. */
  @Override
  public Map<String, Supplier<Tensor>> fixed(MdsgenConfig configuration) {
    Map<String, Supplier<Tensor>> fixed = new LinkedHashMap<>();
    Supplier<Tensor> index = naming(configuration)::index;
    for (int i = 0; i < configuration.depth(); i++) {
      fixed.put("blocks.%d.attn.rel_pos_bias.relative_position_index".formatted(i), index);
    }
    fixed.put("sideblocks.0.attn.rel_pos_bias.relative_position_index", index);
    return fixed;
  }

  @Override
  public List<String> groups() {
    return List.of("ema", "", "model", "state_dict");
  }

  @Override
  public List<Naming> namings(MdsgenConfig configuration) {
    return List.of(naming(configuration));
  }

  @Override
  public Map<String, PublicForm> forms(MdsgenConfig configuration) {
    return Map.of(
        PublicForm.ORIGINAL, PublicForm.original(naming(configuration), "mdsgen.pt", List.of()));
  }

  private static MdsgenNaming naming(MdsgenConfig configuration) {
    MdsgenConfig.Latent latent = configuration.latent();
    return new MdsgenNaming(latent.gridRows(), latent.gridColumns());
  }
}
