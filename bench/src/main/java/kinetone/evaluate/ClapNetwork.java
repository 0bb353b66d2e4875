package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.clap.ClapAudio;
import kinetone.feature.clap.ClapAudioConfig;
import kinetone.feature.clap.ClapInput;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.signal.ClipTensors;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;

/** CLAP's tower for sound: one row, the embedding of length 1. */
final class ClapNetwork extends PublishedNetwork<ClapAudio> {
  static final String NAME = "clap";

  private ClapInput input;

  ClapNetwork(Path models) {
    super(
        models,
        NAME,
        ClapAudio.FOLDER.type(),
        "the folder laion/clap-htsat-unfused of Hugging Face");
  }

  /** What is heard, for protocols. */
  String heard() {
    return told("CLAP's tower for sound")
        + " on all channels together at 48 kHz: the first ten seconds, shorter sound repeated as"
        + " often as it fits whole with silence behind it (as transformers, which draws the ten"
        + " seconds of longer sound at random; resampled by FFmpeg, and not rounded to 16 bits as"
        + " LAION's own code does)";
  }

  @Override
  List<Metric> metrics() {
    return List.of(
        new FrechetMetric(
            "fad-clap",
            "Fréchet audio distance of CLAP",
            "the projected embeddings, of length 1, of " + heard(),
            this,
            FrechetMetric.Rows.FIRST));
  }

  @Override
  String form() {
    return "clap-1";
  }

  @Override
  ClapAudio load(Path folder) {
    return ClapAudio.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(ClapAudioConfig.SAMPLE_RATE).withMono();
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty() || clip.audio().get().length() == 0) {
      return new double[0][];
    }
    ClapAudio network = network();
    if (input == null) {
      input = new ClapInput(network.config());
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      int samples = Math.min(clip.audio().get().length(), ClapAudioConfig.SAMPLES);
      return rows(network.forward(input.of(ClipTensors.audio(List.of(clip), samples))));
    }
  }

  @Override
  public void close() {
    super.close();
    if (input != null) {
      input.close();
    }
  }
}
