package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.SamplerChoice;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.tensor.Engine;

/** Seconds per sample and per denoising step, by sampler, with and without guidance. */
public final class SamplerBench {
  /**
   * The figures.
   *
   * @param steps denoising steps of every sample
   * @param samples of every case
   * @param threads one operation may use
   * @param cases every sampler with and without guidance
   */
  public record Report(int steps, int samples, int threads, List<Case> cases) {}

  /**
   * One way to sample, medians.
   *
   * @param sampler ddim or dpmpp
   * @param guidanceScale 1 for none; with guidance a step runs the network twice
   * @param secondsPerSample video to audio: encoding, denoising and decoding
   * @param secondsPerStep denoising alone, over the number of steps
   * @param ofFirst seconds per step over those of the first case
   */
  public record Case(
      String sampler,
      double guidanceScale,
      double secondsPerSample,
      double secondsPerStep,
      double ofFirst) {}

  private record Setting(SamplerChoice sampler, double guidanceScale) {}

  private record Times(double sample, double denoising) {}

  private SamplerBench() {}

  /**
   * Makes sound for the picture of {@code clip}, all cases in turn, after one sample that does not
   * count.
   *
   * @param clip with a picture in the model's format
   * @param guidanceScale of the guided cases, above 1
   * @param samples of every case
   */
  public static Report run(
      Pipeline model, Clip clip, int steps, double guidanceScale, int samples) {
    Check.atLeast("samples", samples, 1);
    Check.that(guidanceScale > 1, "guidance_scale = %s, must be above 1", guidanceScale);
    List<Setting> settings = new ArrayList<>();
    for (SamplerChoice sampler : List.of(SamplerChoice.DDIM, SamplerChoice.DPMPP)) {
      settings.add(new Setting(sampler, 1));
      settings.add(new Setting(sampler, guidanceScale));
    }
    Clip picture = Clip.of(clip.video().orElseThrow());
    time(model, picture, steps, settings.get(0));
    Times[][] times = new Times[settings.size()][samples];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < times.length; j++) {
        times[j][i] = time(model, picture, steps, settings.get(j));
      }
    }
    List<Case> cases = new ArrayList<>();
    for (int j = 0; j < times.length; j++) {
      double perStep =
          Timing.median(java.util.Arrays.stream(times[j]).mapToDouble(Times::denoising).toArray())
              / steps;
      cases.add(
          new Case(
              settings.get(j).sampler().name().toLowerCase(java.util.Locale.ROOT),
              settings.get(j).guidanceScale(),
              Timing.median(java.util.Arrays.stream(times[j]).mapToDouble(Times::sample).toArray()),
              perStep,
              j == 0 ? 1 : perStep / cases.get(0).secondsPerStep()));
    }
    return new Report(steps, samples, Engine.threads(), List.copyOf(cases));
  }

  private static Times time(Pipeline model, Clip picture, int steps, Setting setting) {
    GenerateRequest request =
        GenerateRequest.of(new Task.VideoToAudio())
            .video(picture)
            .with(withoutClassifier(model))
            .numInferenceSteps(steps)
            .guidanceScale(setting.guidanceScale())
            .sampler(setting.sampler())
            .build();
    DenoisingClock clock = new DenoisingClock();
    double whole = Timing.seconds(() -> model.generate(request, clock, new Cancellation()));
    return new Times(whole, clock.seconds());
  }

  private static OptionValues withoutClassifier(Pipeline model) {
    Option<Double> scale = MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE;
    return model.index().defaults().find(scale).isPresent()
        ? OptionValues.NONE.with(scale, 0.0)
        : OptionValues.NONE;
  }

  /** The time from the first denoising step to the last. */
  private static final class DenoisingClock implements ProgressListener {
    private long start;
    private long end;

    @Override
    public void progress(String phase, int step, int steps) {
      if (!phase.equals("sample")) {
        return;
      }
      long now = System.nanoTime();
      if (step == 0) {
        start = now;
      }
      end = now;
    }

    double seconds() {
      return (end - start) / 1e9;
    }
  }
}
