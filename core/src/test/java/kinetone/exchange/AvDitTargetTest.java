package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.avdit.Place;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trained parts travel without their base, and find it again. */
class AvDitTargetTest {
  private static final AdapterAvDiTConfig CONFIG =
      new AdapterAvDiTConfig(
          new DiTConfig(2, 16, 2, 2, 4, 4, 3),
          3,
          new AdapterAvDiTConfig.Audio(4, 4, 2, 2),
          new AdapterAvDiTConfig.TemporalAttention(null),
          null,
          Map.of(Place.JOINT_ATTENTION, new AdapterAvDiTConfig.Adapter(0.5, null)));

  private static final ImportTarget<?> TARGET = ImportTargets.named("av-dit-adapters");

  @TempDir Path folder;
  private Path base;
  private Path parts;

  @BeforeEach
  void writeNetworks() {
    base = folder.resolve("base");
    parts = folder.resolve("parts");
    write(base, 1);
    write(folder.resolve("other"), 2);
  }

  /** A base, and beside the first one parts that stand on it. */
  private void write(Path at, long seed) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(seed)) {
      AdapterAvDiT network = new AdapterAvDiT(CONFIG, rng);
      StateDict.parameters(network).values().forEach(p -> Init.normal(p, 0.1, rng));
      ComponentFolder.write(
          at, DiT.TYPE, CONFIG.base(), StateDict.of(network.base()), ScalarType.Float);
      network.freezeBase();
      if (seed == 1) {
        ComponentFolder.write(
            parts,
            AdapterAvDiT.TYPE,
            CONFIG,
            new LinkedHashMap<>(StateDict.trained(network)),
            ScalarType.Float,
            Base.of(parts, base, AdapterAvDiT.BASE_PREFIX));
      }
    }
  }

  private Path export(Path component, String to) {
    return exchange().export(component, PublicForm.ADAPTERS, folder.resolve(to));
  }

  private static Exchange exchange() {
    return new Exchange(false, (done, total) -> {});
  }

  private void importParts(Path file, Optional<Path> on, String to) {
    exchange()
        .importWeights(
            file,
            typed(),
            Exchange.configuration(file.resolveSibling("config.json"), typed()),
            on,
            folder.resolve(to));
  }

  @SuppressWarnings("unchecked")
  private static ImportTarget<AdapterAvDiTConfig> typed() {
    return (ImportTarget<AdapterAvDiTConfig>) TARGET;
  }

  @Test
  void parts_go_out_alone_with_a_card_that_names_the_base_and_come_back() throws IOException {
    Path file = export(parts, "out");
    String sha256 = ComponentFolder.weightsSha256(base);
    assertThat(Files.readString(file.resolveSibling("README.md")))
        .contains(sha256)
        .contains("--as av-dit-adapters")
        .contains("--base");
    importParts(file, Optional.of(base), "back");
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> outside = SafeTensors.read(file).tensors();
      assertThat(outside.keySet()).isNotEmpty().noneMatch(name -> name.startsWith("base."));
      AdapterAvDiT original = ComponentFolder.network(parts, r -> new AdapterAvDiT(CONFIG, r));
      AdapterAvDiT again =
          ComponentFolder.network(folder.resolve("back"), r -> new AdapterAvDiT(CONFIG, r));
      Map<String, Tensor> expected = StateDict.of(original);
      StateDict.of(again)
          .forEach((name, t) -> assertThat(t.equal(expected.get(name))).as(name).isTrue());
    }
  }

  @Test
  void another_base_and_none_are_refused_in_a_line() {
    Path file = export(parts, "out");
    refused(
        () -> importParts(file, Optional.of(folder.resolve("other")), "one"),
        "stands on weights of SHA-256 " + ComponentFolder.weightsSha256(base));
    refused(() -> importParts(file, Optional.empty(), "one"), "name its folder with --base");
    refused(
        () -> importParts(file, Optional.of(parts), "one"),
        "holds a AdapterAvDiT; expected is a DiT");
    assertThat(folder.resolve("one")).doesNotExist();
  }

  @Test
  void a_network_that_was_trained_whole_has_no_parts_to_export() {
    Path whole = folder.resolve("whole");
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      ComponentFolder.write(
          whole,
          AdapterAvDiT.TYPE,
          CONFIG,
          StateDict.of(new AdapterAvDiT(CONFIG, rng)),
          ScalarType.Float);
    }
    refused(() -> export(whole, "out"), "was trained whole");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
