package kinetone.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.LogMelDistance;
import kinetone.metric.OnsetDetector;
import kinetone.metric.Psnr;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/** How well a model's codecs give back held-out scenes. */
public final class CodecBench {
  /**
   * The figures.
   *
   * @param scenes how many were coded
   * @param videoPsnr mean over scenes of the PSNR of all frames, in dB
   * @param worstVideoPsnr of a scene, in dB
   * @param logMelL1 mean absolute difference of log-mel spectrograms, in dB
   * @param onsets the F1 of onsets of the reconstruction against those of the original, and against
   *     the true impacts, within one picture and within 50 ms
   * @param secondsPerClip encoding and decoding both tracks
   */
  public record Report(
      int scenes,
      double videoPsnr,
      double worstVideoPsnr,
      double logMelL1,
      List<Score> onsets,
      double secondsPerClip) {}

  private CodecBench() {}

  /**
   * Codes the scenes 0 to {@code count − 1} of {@code scenes}.
   *
   * @param videoCodec folder of the picture codec
   * @param audioCodec folder of the sound codec
   */
  public static Report run(
      Path videoCodec, Path audioCodec, ClipFormat format, SceneGenerator scenes, int count) {
    CodecRoundTrip codecs = new CodecRoundTrip(videoCodec, audioCodec, format);
    OnsetDetector detector = OnsetDetector.standard();
    double psnr = 0;
    double worst = Double.POSITIVE_INFINITY;
    double mel = 0;
    double seconds = 0;
    OnsetComparison reconstructed = new OnsetComparison();
    OnsetComparison truth = new OnsetComparison();
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      Clip clip = scene.clip();
      long start = System.nanoTime();
      Clip coded = codecs.code(clip);
      seconds += (System.nanoTime() - start) / 1e9;
      double one = Psnr.decibels(clip.video().orElseThrow(), coded.video().orElseThrow());
      psnr += one;
      worst = Math.min(worst, one);
      Audio original = clip.audio().orElseThrow();
      Audio back = coded.audio().orElseThrow();
      mel += LogMelDistance.standard().decibels(original, back);
      if (scene.truth().kind().impacts()) {
        double[] heard = detector.onsets(back);
        reconstructed.add(detector.onsets(original), heard, original.seconds());
        truth.add(scene.truth().impactTimes(), heard, original.seconds());
      }
    }
    codecs.close();
    List<Score> onsets = new ArrayList<>();
    for (double within : SyncBench.windows(format)) {
      onsets.add(reconstructed.score("against the original", within));
      onsets.add(truth.score("against the impacts", within));
    }
    return new Report(count, psnr / count, worst, mel / count, onsets, seconds / count);
  }
}
