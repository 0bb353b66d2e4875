package kinetone.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kinetone.checkpoint.convert.DitDiffusers;
import kinetone.checkpoint.convert.Naming;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.embed.SinCosPosition;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** DiT-XL/2 for ImageNet (facebookresearch/DiT, {@code DiT-XL-2-256x256.pt}). */
final class DitTarget implements ImportTarget<DiTConfig> {
  @Override
  public String name() {
    return "dit-xl-2";
  }

  @Override
  public String summary() {
    return "DiT-XL/2 for ImageNet at 256 x 256: DiT-XL-2-256x256.pt, or diffusers' transformer";
  }

  @Override
  public String type() {
    return DiT.TYPE;
  }

  @Override
  public Class<DiTConfig> configurationType() {
    return DiTConfig.class;
  }

  @Override
  public DiTConfig configuration() {
    return DiTConfig.XL_2_256;
  }

  @Override
  public Module build(DiTConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new DiT(configuration, rng);
    }
  }

  /** Positions are a parameter in the original code, but are never trained. */
  @Override
  public Map<String, Supplier<Tensor>> fixed(DiTConfig configuration) {
    int side = configuration.inputSize() / configuration.patch();
    return Map.of(
        "pos_embed", () -> SinCosPosition.grid(side, side, configuration.width()).unsqueeze(0));
  }

  @Override
  public List<String> folders() {
    return List.of("transformer");
  }

  @Override
  public List<String> groups() {
    return List.of("ema", "", "model", "state_dict");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.", "transformer.");
  }

  @Override
  public List<Naming> namings(DiTConfig configuration) {
    return List.of(Naming.same(PublicForm.ORIGINAL), new DitDiffusers(configuration.depth()));
  }

  @Override
  public Map<String, PublicForm> forms(DiTConfig configuration) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("_class_name", "DiTTransformer2DModel");
    config.put("activation_fn", "gelu-approximate");
    config.put("attention_bias", true);
    config.put("attention_head_dim", configuration.width() / configuration.heads());
    config.put("dropout", 0.0);
    config.put("in_channels", configuration.channels());
    config.put("norm_elementwise_affine", false);
    config.put("norm_eps", 1e-5);
    config.put("norm_num_groups", 32);
    config.put("norm_type", "ada_norm_zero");
    config.put("num_attention_heads", configuration.heads());
    config.put("num_embeds_ada_norm", configuration.classes());
    config.put("num_layers", configuration.depth());
    config.put("out_channels", 2 * configuration.channels());
    config.put("patch_size", configuration.patch());
    config.put("sample_size", configuration.inputSize());
    config.put("upcast_attention", false);
    return Map.of(
        PublicForm.DIFFUSERS,
        PublicForm.diffusers(new DitDiffusers(configuration.depth()), config),
        PublicForm.ORIGINAL,
        PublicForm.original(Naming.same(PublicForm.ORIGINAL), "dit.pt", List.of()));
  }
}
