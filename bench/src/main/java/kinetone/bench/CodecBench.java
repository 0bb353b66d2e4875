package kinetone.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
   * @param means over scenes: PSNR of all frames, and mean absolute difference of log-mel
   *     spectrograms, both in dB
   * @param worstVideoPsnr of a scene, in dB
   * @param onsets the F1 of onsets of the reconstruction against those of the original, and against
   *     the true impacts, within one picture and within 50 ms
   * @param secondsPerClip encoding and decoding both tracks
   */
  public record Report(
      int scenes,
      List<Mean> means,
      double worstVideoPsnr,
      List<Score> onsets,
      double secondsPerClip) {}

  /** The name of the mean of what pictures keep. */
  static final String PSNR = "picture PSNR, dB";

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
    List<Double> psnr = new ArrayList<>();
    List<Double> mel = new ArrayList<>();
    double seconds = 0;
    OnsetComparison reconstructed = new OnsetComparison();
    OnsetComparison truth = new OnsetComparison();
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      Clip clip = scene.clip();
      long start = System.nanoTime();
      Clip coded = codecs.code(clip);
      seconds += (System.nanoTime() - start) / 1e9;
      psnr.add(Psnr.decibels(clip.video().orElseThrow(), coded.video().orElseThrow()));
      Audio original = clip.audio().orElseThrow();
      Audio back = coded.audio().orElseThrow();
      mel.add(LogMelDistance.standard().decibels(original, back));
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
    return new Report(
        count,
        List.of(Mean.of(PSNR, psnr), Mean.of("log-mel L1, dB", mel)),
        Collections.min(psnr),
        onsets,
        seconds / count);
  }
}
