package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.vggish.Vggish;
import kinetone.feature.vggish.VggishFrontEnd;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** {@link Vggish} as audioldm_eval's Fréchet audio distance has it: a row every 0.96 s. */
final class VggishNetwork extends PublishedNetwork<Vggish> {
  private static final int SHORTEST_SECONDS = 2;

  private final VggishFrontEnd front = new VggishFrontEnd();

  VggishNetwork(Path models) {
    super(models, "vggish", Vggish.FOLDER.type(), "vggish-10086976.pth of harritaylor/torchvggish");
  }

  @Override
  List<Metric> metrics() {
    return List.of(
        new FrechetMetric(
            "fad",
            "Fréchet audio distance",
            told("the embeddings of VGGish")
                + ", without its last ReLU and without whitening, one for every 0.96 s, those of all"
                + " clips together; of each clip the first channel at 16 kHz less its mean, silence"
                + " behind it up to 2 s (as audioldm_eval, but resampled by FFmpeg)",
            this,
            FrechetMetric.Rows.ALL));
  }

  @Override
  String form() {
    return "vggish-1";
  }

  @Override
  Vggish load(Path folder) {
    return Vggish.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(VggishFrontEnd.SAMPLE_RATE);
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty()) {
      return new double[0][];
    }
    Vggish network = network();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound = FirstChannel.of(clip, SHORTEST_SECONDS * VggishFrontEnd.SAMPLE_RATE);
      return rows(network.forward(front.examples(sound)));
    }
  }
}
