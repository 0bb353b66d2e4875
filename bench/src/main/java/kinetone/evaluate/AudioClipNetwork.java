package kinetone.evaluate;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.audioclip.AudioClip;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * AudioCLIP's network for sound as MM-Diffusion's evaluator has it: one row, 1.6 s, not of length
 * 1. MM-Diffusion's FAD is the distance times 10 000, so the row is times 100.
 */
final class AudioClipNetwork extends PublishedNetwork<AudioClip> {
  /** 1.6 s. */
  static final int SAMPLES = 70_560;

  private static final double FACTOR = 100;

  AudioClipNetwork(Path models) {
    super(
        models,
        "audioclip",
        AudioClip.FOLDER.type(),
        "AudioCLIP-Full-Training.pt of AndreyGuzhov/AudioCLIP");
  }

  @Override
  List<Metric> metrics() {
    return List.of(
        new FrechetMetric(
            "fad-audioclip",
            "Fréchet audio distance of AudioCLIP, times 10 000",
            "the 1024 features times 100 of "
                + told("AudioCLIP's network for sound")
                + " on the first 1.6 s of the first channel at 44.1 kHz, silence behind shorter"
                + " sound (as MM-Diffusion's evaluator, which neither brings the features to"
                + " length 1 nor the sound to the 16-bit numbers that AudioCLIP was trained on;"
                + " resampled by FFmpeg)",
            this,
            FrechetMetric.Rows.FIRST));
  }

  @Override
  String form() {
    return "audioclip-1";
  }

  @Override
  AudioClip load(Path folder) {
    return AudioClip.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(AudioClip.SAMPLE_RATE);
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty()) {
      return new double[0][];
    }
    AudioClip network = network();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      float[] samples = clip.audio().get().samples()[0];
      Tensor sound = Tensors.of(samples, 1, samples.length);
      Tensor heard = constant_pad_nd(sound, 0, SAMPLES - samples.length);
      return rows(network.forward(heard).mul(new Scalar(FACTOR)));
    }
  }
}
