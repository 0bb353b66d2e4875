package kinetone.latent;

import java.util.List;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.CodecObjective.Term;
import kinetone.latent.loss.ElementLoss;
import kinetone.latent.loss.GradientLoss;
import kinetone.latent.loss.SpectralLoss;
import kinetone.latent.loss.SpectralLossConfig;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Engine;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** Measures training steps of the TINY codecs; arguments: batch size, steps. */
public final class CodecTiming {
  private CodecTiming() {}

  /** Prints parameters and seconds. */
  public static void main(String[] args) {
    Engine.start();
    int batch = args.length > 0 ? Integer.parseInt(args[0]) : 8;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    try (Rng rng = new Rng(1)) {
      CausalVideoAutoencoder video = new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng);
      CausalAudioAutoencoder audio = new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng);
      measure(
          "video L1",
          video,
          List.of(new Term("l1", 1, ElementLoss.L1)),
          rng,
          steps,
          batch,
          17,
          64,
          64,
          3);
      measure(
          "video L1+gradient",
          video,
          List.of(new Term("l1", 1, ElementLoss.L1), new Term("g", 1, new GradientLoss())),
          rng,
          steps,
          batch,
          17,
          64,
          64,
          3);
      measure(
          "audio L1", audio, List.of(new Term("l1", 1, ElementLoss.L1)), rng, steps, batch, 34000);
      for (SpectralLossConfig config :
          List.of(SpectralLossConfig.linear(16000), SpectralLossConfig.soundStream(16000))) {
        measure(
            "audio " + config,
            audio,
            List.of(new Term("l1", 1, ElementLoss.L1), new Term("s", 1, new SpectralLoss(config))),
            rng,
            steps,
            batch,
            34000);
      }
    }
  }

  private static void measure(
      String name, Autoencoder codec, List<Term> terms, Rng rng, int steps, long... shape) {
    CodecObjective objective = new CodecObjective(codec, terms);
    double forward = Double.MAX_VALUE;
    double both = Double.MAX_VALUE;
    for (int i = 0; i < steps; i++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor signal = rng.uniform(shape);
        long start = System.nanoTime();
        Tensor loss = objective.of(signal, rng).total();
        long middle = System.nanoTime();
        codec.module().zero_grad(true);
        Differentiation.backward(loss);
        long end = System.nanoTime();
        forward = Math.min(forward, (middle - start) / 1e9);
        both = Math.min(both, (end - start) / 1e9);
      }
    }
    System.out.printf(
        "%s: %,d parameters, forward %.3f s, forward+backward %.3f s, %.2f clips/s%n",
        name, StateDict.parameterCount(codec.module()), forward, both, shape[0] / both);
  }
}
