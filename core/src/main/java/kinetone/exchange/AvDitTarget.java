package kinetone.exchange;

import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.Check;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.avdit.AdapterAvDiTPresets;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * What AV-DiT trains around a frozen DiT. Nobody else has published such parts: the names are ours,
 * and the form is for passing them on without the base.
 */
final class AvDitTarget implements ImportTarget<AdapterAvDiTConfig> {
  @Override
  public String name() {
    return "av-dit-adapters";
  }

  @Override
  public String summary() {
    return "the trained parts of AV-DiT alone, as 'export --to adapters' writes them; --base names"
        + " their DiT";
  }

  @Override
  public String type() {
    return AdapterAvDiT.TYPE;
  }

  @Override
  public Class<AdapterAvDiTConfig> configurationType() {
    return AdapterAvDiTConfig.class;
  }

  @Override
  public AdapterAvDiTConfig configuration() {
    return AdapterAvDiTPresets.XL_2;
  }

  @Override
  public Module build(AdapterAvDiTConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new AdapterAvDiT(configuration, rng);
    }
  }

  @Override
  public Optional<String> basePrefix() {
    return Optional.of(AdapterAvDiT.BASE_PREFIX);
  }

  @Override
  public void requireBase(AdapterAvDiTConfig configuration, Path base) {
    ComponentFolder.requireType(base, DiT.TYPE);
    Check.that(
        ComponentFolder.config(base, DiTConfig.class).equals(configuration.base()),
        "%s is a DiT of another configuration than the one that the adapters stand on",
        base);
  }

  @Override
  public List<String> groups() {
    return List.of("");
  }

  @Override
  public List<String> prefixes() {
    return List.of("");
  }

  @Override
  public List<Naming> namings(AdapterAvDiTConfig configuration) {
    return List.of(Naming.same("Kinetone"));
  }

  @Override
  public Map<String, PublicForm> forms(AdapterAvDiTConfig configuration) {
    Map<String, Object> config =
        Json.MAPPER.convertValue(configuration, new TypeReference<Map<String, Object>>() {});
    return Map.of(
        PublicForm.ADAPTERS,
        new PublicForm(Naming.same("Kinetone"), "", "adapters.safetensors", List.of(), config));
  }
}
