package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.panns.Panns;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** {@link Panns} as audioldm_eval has it: row 0 are its features, row 1 its logits. */
final class PannsNetwork extends PublishedNetwork<Panns> {
  private static final int SHORTEST_SECONDS = 2;

  private MelFrontEnd front;

  PannsNetwork(Path models) {
    super(
        models,
        "panns",
        Panns.FOLDER.type(),
        "Cnn14_16k_mAP=0.438.pth of qiuqiangkong/audioset_tagging_cnn");
  }

  @Override
  List<Metric> metrics() {
    String heard =
        told("PANNs' Cnn14 at 16 kHz")
            + " on the first channel less its mean, silence behind it up to 2 s (as audioldm_eval"
            + " with the backbone cnn14, which is not its default, but resampled by FFmpeg)";
    return List.of(
        new FrechetMetric(
            "fd",
            "Fréchet distance of PANNs",
            "the 2048 features behind the hidden layer of " + heard,
            this,
            FrechetMetric.Rows.FIRST),
        new InceptionMetric("is", "inception score of PANNs", heard, this),
        new DivergenceMetric("kl", "KL of PANNs", heard, this, 1));
  }

  @Override
  String form() {
    return "panns-1";
  }

  @Override
  Panns load(Path folder) {
    return Panns.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(MelFrontEndConfig.PANNS.sampleRate());
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty()) {
      return new double[0][];
    }
    Panns network = network();
    if (front == null) {
      front = new MelFrontEnd(MelFrontEndConfig.PANNS);
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      int shortest = SHORTEST_SECONDS * MelFrontEndConfig.PANNS.sampleRate();
      Tensor sound = FirstChannel.of(clip, shortest);
      Panns.Verdict verdict = network.forward(front.logMel(sound));
      return new double[][] {rows(verdict.features())[0], rows(verdict.logits())[0]};
    }
  }

  @Override
  public void close() {
    super.close();
    if (front != null) {
      front.close();
    }
  }
}
