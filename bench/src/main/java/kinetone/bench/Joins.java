package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import kinetone.diffusion.Modality;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.metric.LogMelDistance;
import kinetone.metric.LogMelSpectrogram;
import kinetone.pipeline.GenerateResult;

/**
 * What lies across the places where given and generated latents meet, added up over clips, next to
 * the same of the real clips at the same places.
 */
final class Joins {
  private final LogMelSpectrogram mel = LogMelDistance.standard().spectrogram();
  private final Sum video = new Sum();
  private final Sum audio = new Sum();
  private final Sum pixels = new Sum();
  private final Sum sound = new Sum();
  private int clips;
  private int identical;

  /**
   * Adds a continued or inpainted clip.
   *
   * @param real the whole clip of which the result was given a part
   */
  void add(GenerateResult result, Clip real) {
    clips++;
    List.of(video, audio, pixels, sound).forEach(Sum::nextClip);
    identical += givenIdentical(result) ? 1 : 0;
    latents(result, Modality.VIDEO, video);
    latents(result, Modality.AUDIO, audio);
    pictures(result, real.video().orElseThrow());
    sounds(result, real.audio().orElseThrow());
  }

  JoinBench.Joined report() {
    return new JoinBench.Joined(
        clips,
        identical,
        List.of(
            video.rms("picture latents (RMS)"),
            audio.rms("sound latents (RMS)"),
            pixels.mean("pixels (mean of 0..255)"),
            sound.mean("log-mel (mean, dB)")));
  }

  /** Whether every given latent of {@code result} came back bit for bit. */
  static boolean givenIdentical(GenerateResult result) {
    for (Modality modality : result.diagnostics().given().keySet()) {
      float[] given = result.diagnostics().given().get(modality);
      float[] made = result.diagnostics().latents().get(modality);
      boolean[] generated = result.diagnostics().mask().generated(modality);
      int size = given.length / generated.length;
      for (int i = 0; i < given.length; i++) {
        if (!generated[i / size]
            && Float.floatToRawIntBits(given[i]) != Float.floatToRawIntBits(made[i])) {
          return false;
        }
      }
    }
    return true;
  }

  private static void latents(GenerateResult result, Modality modality, Sum sum) {
    boolean[] generated = result.diagnostics().mask().generated(modality);
    float[] made = result.diagnostics().latents().get(modality);
    float[] real = result.diagnostics().given().get(modality);
    int size = real.length / generated.length;
    for (int after = 1; after < generated.length; after++) {
      if (generated[after] != generated[after - 1]) {
        sum.joins++;
        for (int i = after * size; i < (after + 1) * size; i++) {
          sum.add(square(made[i] - made[i - size]), square(real[i] - real[i - size]));
        }
      }
    }
  }

  /** The instants in seconds at which given and generated parts of a track meet. */
  private static double[] joins(GenerateResult result, Modality modality) {
    return result.generated().stream()
        .filter(made -> made.modality() == modality)
        .flatMapToDouble(made -> DoubleStream.of(made.start(), made.end()))
        .filter(time -> meetsGiven(result, modality, time))
        .toArray();
  }

  private static boolean meetsGiven(GenerateResult result, Modality modality, double time) {
    return result.given().stream()
        .filter(given -> given.modality() == modality)
        .anyMatch(
            given -> Math.abs(given.start() - time) < 1e-9 || Math.abs(given.end() - time) < 1e-9);
  }

  private void pictures(GenerateResult result, Video real) {
    byte[] made = result.diagnostics().decoded().video().orElseThrow().rgb();
    byte[] original = real.rgb();
    int size = original.length / real.frames();
    for (double join : joins(result, Modality.VIDEO)) {
      pixels.joins++;
      int first = (int) Math.round(join * real.framesPerSecond());
      for (int i = first * size; i < (first + 1) * size; i++) {
        pixels.add(distance(made, i, i - size), distance(original, i, i - size));
      }
    }
  }

  private void sounds(GenerateResult result, Audio real) {
    double[][] made = mel.decibels(result.diagnostics().decoded().audio().orElseThrow());
    double[][] original = mel.decibels(real);
    double step = mel.hop(real.sampleRate()) / (double) real.sampleRate();
    for (double join : joins(result, Modality.AUDIO)) {
      sound.joins++;
      // The nearest windows that lie wholly on one side.
      int left = (int) Math.floor((join - mel.windowSeconds() / 2) / step);
      int right = (int) Math.ceil((join + mel.windowSeconds() / 2) / step);
      int one = Math.max(0, left);
      int other = Math.min(made.length - 1, right);
      for (int band = 0; band < mel.bands(); band++) {
        sound.add(
            Math.abs(made[other][band] - made[one][band]),
            Math.abs(original[other][band] - original[one][band]));
      }
    }
  }

  private static double square(double value) {
    return value * value;
  }

  private static double distance(byte[] rgb, int i, int j) {
    return Math.abs((rgb[i] & 255) - (rgb[j] & 255));
  }

  /** What differs, added up over one clip. */
  private static final class Differences {
    private long count;
    private double generated;
    private double real;

    void plus(Differences other) {
      count += other.count;
      generated += other.generated;
      real += other.real;
    }
  }

  /** One figure of both sides in the making. */
  private static final class Sum {
    private final List<Differences> clips = new ArrayList<>();
    private int joins;

    void nextClip() {
      clips.add(new Differences());
    }

    void add(double ofGenerated, double ofReal) {
      Differences clip = clips.get(clips.size() - 1);
      clip.count++;
      clip.generated += ofGenerated;
      clip.real += ofReal;
    }

    JoinBench.Across mean(String what) {
      return across(what, DoubleUnaryOperator.identity());
    }

    JoinBench.Across rms(String what) {
      return across(what, Math::sqrt);
    }

    private Differences of(int[] drawn) {
      Differences sum = new Differences();
      for (int clip : drawn) {
        sum.plus(clips.get(clip));
      }
      return sum;
    }

    private JoinBench.Across across(String what, DoubleUnaryOperator form) {
      Differences all = of(IntStream.range(0, clips.size()).toArray());
      Ratio ratio =
          Ratio.of(
              what,
              clips.size(),
              drawn -> {
                Differences sum = of(drawn);
                return form.applyAsDouble(sum.generated / sum.count)
                    / form.applyAsDouble(sum.real / sum.count);
              });
      return new JoinBench.Across(
          what,
          joins,
          form.applyAsDouble(all.generated / all.count),
          form.applyAsDouble(all.real / all.count),
          ratio.ratio(),
          ratio.low(),
          ratio.high());
    }
  }
}
