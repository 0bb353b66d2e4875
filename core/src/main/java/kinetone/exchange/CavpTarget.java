package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.convert.DiffFoleyNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpPresets;

/** Diff-Foley's features of video and sound (luosiallen/Diff-Foley, {@code cavp_epoch66.ckpt}). */
final class CavpTarget extends DiffFoleyTarget<CavpConfig> {
  private static final Naming NAMING = new DiffFoleyNaming(Set.of());
  private static final Naming PICTURES =
      new DiffFoleyNaming(Set.of("spec_encoder.", "logit_scale"));

  CavpTarget() {
    super(
        "cavp",
        "Diff-Foley's features of video and sound: cavp_epoch66.ckpt",
        Cavp.FOLDER.type(),
        CavpPresets.BASE,
        CavpConfig.class,
        Cavp::new);
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
