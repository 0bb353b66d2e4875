package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.convert.DiffFoleyNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.feature.cavp.CavpPresets;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/** Diff-Foley's features of video and sound (luosiallen/Diff-Foley, {@code cavp_epoch66.ckpt}). */
final class CavpTarget implements ImportTarget<CavpConfig> {
  private static final Naming NAMING = new DiffFoleyNaming(Set.of());
  private static final Naming PICTURES =
      new DiffFoleyNaming(Set.of("spec_encoder.", "logit_scale"));

  @Override
  public String name() {
    return "cavp";
  }

  @Override
  public String summary() {
    return "Diff-Foley's features of video and sound: cavp_epoch66.ckpt";
  }

  @Override
  public String type() {
    return CavpFolder.TYPE;
  }

  @Override
  public Class<CavpConfig> configurationType() {
    return CavpConfig.class;
  }

  @Override
  public CavpConfig configuration() {
    return CavpPresets.BASE;
  }

  @Override
  public Module build(CavpConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new Cavp(configuration, rng);
    }
  }

  @Override
  public List<String> groups() {
    return List.of("state_dict", "");
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "module.");
  }

  @Override
  public List<Naming> namings(CavpConfig configuration) {
    return List.of(configuration.sound() == null ? PICTURES : NAMING);
  }

  @Override
  public Map<String, PublicForm> forms(CavpConfig configuration) {
    return Map.of(
        PublicForm.ORIGINAL, PublicForm.original(NAMING, "cavp.ckpt", List.of("state_dict")));
  }
}
