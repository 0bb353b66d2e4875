package kinetone.model.mdsgen;

import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A network of few tokens, and what it is given. */
record SmallMdsgen(MdsgenConfig config) {
  /** A length that patches do not divide; 4 × 3 tokens. */
  static final SmallMdsgen UNEVEN = of(7, MdsgenConfig.Rows.TIME);

  static SmallMdsgen of(int length, MdsgenConfig.Rows rows) {
    return new SmallMdsgen(
        new MdsgenConfig(
            3,
            16,
            2,
            1,
            Gelu.ERF,
            16,
            new MdsgenConfig.Latent(length, 6, 2, 2, rows),
            new MdsgenConfig.Features(3, 5)));
  }

  Latents latents(int batch, Rng rng) {
    MdsgenConfig.Latent latent = config.latent();
    return Latents.of(
        Map.of(
            Modality.AUDIO,
            rng.normal(batch, latent.length(), latent.frequencies(), latent.channels())));
  }

  NoiseLevels levels(int batch, Rng rng) {
    Tensor t = rng.integers(1, 1001, batch, 1).repeat(1, config.latent().length());
    return NoiseLevels.of(Map.of(Modality.AUDIO, t));
  }

  Conditions features(int batch, Rng rng) {
    MdsgenConfig.Features sizes = config.features();
    return Conditions.NONE.withFeatures(rng.normal(batch, sizes.frames(), sizes.width()));
  }

  VisibleTokens mask(int batch, Rng rng) {
    return new Masking.TemporalAware(0.3).draw(config.latent(), batch, rng).orElseThrow();
  }

  /** Makes every parameter matter: fresh networks have zero heads and zero modulation. */
  Mdsgen awake(long seed) {
    Rng rng = new Rng(seed);
    Mdsgen net = new Mdsgen(config, rng);
    try (PointerScope scope = new PointerScope()) {
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                if (name.contains("adaLN") || name.contains("final_layer")) {
                  Init.normal(p, 0.1, rng);
                }
              });
    }
    return net;
  }

  static float maxAbs(Tensor t) {
    return t.detach().abs().max().item_float();
  }
}
