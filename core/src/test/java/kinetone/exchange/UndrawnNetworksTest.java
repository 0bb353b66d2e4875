package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpPresets;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.opensora.NarrowOpenSora;
import kinetone.latent.opensora.OpenSoraAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTPresets;
import kinetone.model.stdit.StDit3;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.text.T5Config;
import kinetone.text.T5Encoder;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are built without drawing weights, because all are loaded. */
class UndrawnNetworksTest {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;

  @Test
  void listing_the_names_of_a_large_dit_touches_no_memory_for_its_weights() {
    assumeTrue(Files.exists(Path.of("/proc/self/statm")), "the resident set is measured on Linux");
    ImportTarget<DiTConfig> target = new DitTarget();
    long weights = 4 * 675_129_632L; // DiT-XL/2 has 2.5 GiB of them
    assertThat(resident(() -> target.build(DiTConfig.XL_2_256))).isLessThan(weights / 20);
    // The measure sees drawn weights: one of its 1152 x 6912 matrices is 30 MiB.
    assertThat(resident(() -> Linear.xavier(1152, 8 * 6912, Rng.none()))).isLessThan(10 * MIB);
    try (Rng rng = new Rng(0)) {
      assertThat(resident(() -> Linear.xavier(1152, 8 * 6912, rng))).isGreaterThan(200 * MIB);
      assertThat(resident(() -> Linear.zero(1152, 8 * 6912, rng))).isGreaterThan(200 * MIB);
    }
    assertThat(resident(() -> Linear.zero(1152, 8 * 6912, Rng.none()))).isLessThan(10 * MIB);
  }

  @Test
  void a_network_that_was_not_drawn_is_after_loading_the_one_that_was_saved() {
    same("DiT", rng -> new DiT(new DiTConfig(2, 32, 2, 2, 8, 4, 3), rng));
    same("AvDiT", rng -> new AvDiT(AvDiTPresets.TINY, rng));
    same("Mdsgen", rng -> new Mdsgen(NarrowConfigs.MDSGEN, rng));
    same("Cavp", rng -> new Cavp(CavpPresets.SMALL, rng));
    same("HiFiGan", rng -> new HiFiGan(HiFiGanConfig.TINY, rng));
    same("AutoencoderKl", rng -> new AutoencoderKl(AutoencoderKlConfig.TINY_MEL, rng));
    same("pictures", rng -> new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng));
    same("sound", rng -> new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng));
    same("OpenSora", rng -> new OpenSoraAutoencoder(NarrowOpenSora.CONFIG, rng));
    same("StDit3", rng -> new StDit3(NarrowConfigs.STDIT, rng));
    same("align", rng -> new AlignmentClassifier(AlignmentConfig.SMALL, rng));
    same("T5", rng -> new T5Encoder(new T5Config(48, 24, 3, 4, 6, 40, 32, 128, 1e-6), rng));
  }

  /** Saves a drawn network and loads it into one that was not drawn. */
  private void same(String name, Function<Rng, Module> network) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(5)) {
      Module drawn = network.apply(rng);
      Module undrawn = network.apply(Rng.none());
      Path at = folder.resolve(name);
      ComponentFolder.write(at, name, List.of(), StateDict.of(drawn), ScalarType.Float);
      ComponentFolder.load(at, undrawn);
      var expected = StateDict.of(drawn);
      StateDict.of(undrawn)
          .forEach(
              (tensor, values) ->
                  assertThat(values.equal(expected.get(tensor))).as(name + tensor).isTrue());
    }
  }

  @Test
  void a_draw_from_nothing_is_a_fault_of_ours() {
    try (Rng none = Rng.none()) {
      assertThat(none.isNone()).isTrue();
      assertThatThrownBy(() -> none.normal(2))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("nothing to draw");
      assertThatThrownBy(() -> none.uniform(2)).isInstanceOf(KinetoneException.class);
      assertThatThrownBy(() -> none.integers(0, 5, 2)).isInstanceOf(KinetoneException.class);
      assertThatThrownBy(none::nextDouble).isInstanceOf(KinetoneException.class);
      assertThatThrownBy(none::state).isInstanceOf(KinetoneException.class);
    }
    try (Rng rng = new Rng(0)) {
      assertThat(rng.isNone()).isFalse();
    }
  }

  /** How much the resident set of this process grows in bytes while {@code made} lives. */
  private static long resident(Supplier<Module> made) {
    try (TensorScope scope = TensorScope.open()) {
      long before = Pointer.physicalBytes();
      Module network = made.get();
      long after = Pointer.physicalBytes();
      network.close();
      return after - before;
    }
  }
}
