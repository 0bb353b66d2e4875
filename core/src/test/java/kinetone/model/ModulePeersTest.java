package kinetone.model;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.nn.Gelu;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.junit.jupiter.api.Test;

/**
 * libtorch calls the Java half of every module for {@code to}, {@code train} and {@code eval}, but
 * holds it weakly: a network must keep its containers too.
 */
class ModulePeersTest {
  @Test
  void networks_survive_the_garbage_collector() throws InterruptedException {
    try (Rng rng = new Rng(1);
        Device cpu = Devices.of("cpu")) {
      List<Module> networks =
          List.of(
              new AvDiT(
                  new AvDiTConfig(
                      1,
                      8,
                      1,
                      1,
                      Gelu.ERF,
                      8,
                      8,
                      true,
                      new AvDiTConfig.Video(2, 2, 2, 2, 1),
                      new AvDiTConfig.Audio(3, 2, 1)),
                  rng),
              new DiT(new DiTConfig(1, 8, 1, 1, 2, 2, 3), rng),
              new AutoencoderKl(AutoencoderKlConfig.TINY_MEL, rng),
              new Mdsgen(
                  new MdsgenConfig(
                      1,
                      8,
                      1,
                      1,
                      Gelu.ERF,
                      8,
                      new MdsgenConfig.Latent(2, 2, 2, 1, MdsgenConfig.Rows.TIME),
                      new MdsgenConfig.Features(2, 3)),
                  rng),
              new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng),
              new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng),
              new Cavp(
                  new CavpConfig(
                      16,
                      8,
                      6,
                      new ResNet3dConfig(4, List.of(1), List.of(true), 1, 3, false),
                      new Cnn14Config(16, List.of(new Cnn14Config.Level(4, 2, 2)), 0)),
                  rng),
              new AlignmentClassifier(
                  new AlignmentConfig(2, 8, List.of(1), List.of(true), 2, 2, 6, 8, 9), rng),
              new HiFiGan(
                  new HiFiGanConfig(4, 16, List.of(2), List.of(4), List.of(3), List.of(1), 0.01),
                  rng));
      for (int i = 0; i < 2; i++) {
        System.gc();
        Thread.sleep(20);
      }
      for (Module network : networks) {
        assertThatCode(
                () -> {
                  network.to(cpu, false);
                  network.eval();
                  network.train(true);
                })
            .as(network.name().getString())
            .doesNotThrowAnyException();
      }
    }
  }
}
