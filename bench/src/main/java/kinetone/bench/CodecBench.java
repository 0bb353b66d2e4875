package kinetone.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kinetone.codec.AudioCodec;
import kinetone.codec.Codecs;
import kinetone.codec.VideoCodec;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.LogMelDistance;
import kinetone.metric.OnsetDetector;
import kinetone.metric.Psnr;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.signal.ClipTensors;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

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
    VideoCodec video = Codecs.openVideo(videoCodec).codec();
    AudioCodec audio = Codecs.openAudio(audioCodec).codec();
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
      Clip coded = code(clip, video, audio, format);
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
    video.close();
    audio.close();
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

  private static Clip code(Clip clip, VideoCodec video, AudioCodec audio, ClipFormat format) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(0)) {
      Tensor seen = video.encode(ClipTensors.video(List.of(clip)));
      Tensor heard = audio.encode(ClipTensors.audio(List.of(clip), format.samples()));
      Tensor pictures = video.decode(seen, format.frames(), rng);
      Tensor sound = audio.decode(heard, format.samples(), rng);
      return Clip.of(
          ClipTensors.toVideo(pictures.get(0), format.framesPerSecond()),
          ClipTensors.toAudio(sound.get(0), format));
    }
  }
}
