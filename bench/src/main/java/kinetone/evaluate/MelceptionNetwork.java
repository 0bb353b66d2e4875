package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.inception.InceptionV3;
import kinetone.feature.inception.MelceptionFolder;
import kinetone.feature.inception.MelceptionInput;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Melception, with which Diff-Foley and MDSGen tell FID, IS and KL of sound: row 0 are its
 * features, row 1 its logits without their bias, row 2 its logits.
 */
final class MelceptionNetwork extends PublishedNetwork<InceptionV3> {
  private static final int LOGITS = 2;

  private MelceptionInput input;
  private Path from;

  MelceptionNetwork(Path models) {
    super(
        models,
        "melception",
        MelceptionFolder.TYPE,
        "melception-21-05-10T09-28-40.pt and train_means_stds_melspec_10s_22050hz.txt of"
            + " v-iashin/SpecVQGAN");
  }

  @Override
  List<Metric> metrics() {
    String heard =
        told("SpecVQGAN's Melception")
            + " on spectrograms of 80 bands of all channels together at 22 050 Hz, ten seconds at"
            + " most, silence behind them up to one second (as Diff-Foley and MDSGen, whose spectrograms of made sound are turned into"
            + " these, where here the sound is heard again)";
    return List.of(
        new FrechetMetric(
            "fid-mel",
            "FID of Melception",
            "the 2048 features of " + heard,
            this,
            FrechetMetric.Rows.FIRST),
        new InceptionMetric("is-mel", "inception score of Melception", heard, this),
        new DivergenceMetric("kl-mel", "KL of Melception", heard, this, LOGITS));
  }

  @Override
  String form() {
    return "melception-1";
  }

  @Override
  InceptionV3 load(Path folder) {
    from = folder;
    return MelceptionFolder.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(MelFrontEndConfig.SPEC_VQGAN.sampleRate()).withMono();
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty()) {
      return new double[0][];
    }
    InceptionV3 network = network();
    if (input == null) {
      input = new MelceptionInput(MelceptionFolder.config(from));
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      int second = MelFrontEndConfig.SPEC_VQGAN.sampleRate();
      int samples = Math.max(second, clip.audio().get().length());
      Tensor seen = input.of(ClipTensors.audio(List.of(clip), samples));
      InceptionV3.Verdict verdict = network.forward(seen);
      return new double[][] {
        rows(verdict.features())[0], rows(verdict.unbiased())[0], rows(verdict.logits())[0]
      };
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
