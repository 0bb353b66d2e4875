package kinetone.latent.soundstream;

import kinetone.nn.Init;
import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A learned linear map beside the convolutions, between the samples of one hop and one latent. It
 * begins as the lowest frequencies of a discrete cosine transform (DCT-II), so that waveforms are
 * kept from the first training step on and the convolutions learn what is missing; networks without
 * it need many more steps before the waveform appears at all.
 */
final class BlockTransform extends Module {
  private final CausalConv1d analysis;
  private final CausalConv1d synthesis;

  BlockTransform(int hop, int channels, Rng rng) {
    super("BlockTransform");
    analysis = new CausalConv1d(hop, channels, 1, 1, 1, rng);
    synthesis = new CausalConv1d(channels, hop, 1, 1, 1, rng);
    register_module("analysis", analysis);
    register_module("synthesis", synthesis);
    float[] basis = new float[channels * hop];
    // A latent is then as large as the signal when the signal is all in these frequencies.
    double scale = Math.sqrt((double) channels / hop);
    for (int k = 0; k < channels; k++) {
      double norm = scale * Math.sqrt((k == 0 ? 1.0 : 2.0) / hop);
      for (int n = 0; n < hop; n++) {
        basis[k * hop + n] = (float) (norm * Math.cos(Math.PI / hop * (n + 0.5) * k));
      }
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor rows = Tensors.of(basis, channels, hop, 1, 1);
      analysis.weight().copy_(rows);
      synthesis.weight().copy_(rows.transpose(0, 1));
      synthesis.weight().div_(new Scalar(scale * scale));
    }
    Init.constant(analysis.bias(), 0);
    Init.constant(synthesis.bias(), 0);
  }

  /** Samples (B, hop, 1, L) to the mean of the latents (B, C, 1, L). */
  Tensor analyse(Tensor hops) {
    return analysis.forward(hops, History.none());
  }

  /** Latents (B, C, 1, L) to samples (B, hop, 1, L). */
  Tensor synthesise(Tensor latents) {
    return synthesis.forward(latents, History.none());
  }
}
