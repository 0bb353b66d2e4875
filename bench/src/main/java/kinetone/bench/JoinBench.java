package kinetone.bench;

import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;

/**
 * Whether continued and inpainted clips keep what was given, and whether the place shows where the
 * generated part begins or ends.
 */
public final class JoinBench {
  /**
   * The figures.
   *
   * @param scenes how many held-out scenes
   * @param continuation of the start of each scene
   * @param inpainting of a gap in each scene
   * @param secondsPerSample of generation
   */
  public record Report(
      int scenes, Joined continuation, Joined inpainting, double secondsPerSample) {}

  /**
   * What happened at the joins of one task.
   *
   * @param clips how many
   * @param clipsGivenIdentical in how many every given latent came back bit for bit
   * @param across what changes from one side of a join to the other
   */
  public record Joined(int clips, int clipsGivenIdentical, List<Across> across) {}

  /**
   * One figure.
   *
   * @param what with its unit
   * @param joins how many, over all clips
   * @param generated across the joins of the results
   * @param real at the same places of the real clips
   * @param ratio generated over real; 1 where a join does not show
   * @param low end of the ratio's 95 % interval over scenes ({@link kinetone.metric.Bootstrap})
   * @param high end of it
   */
  public record Across(
      String what,
      int joins,
      double generated,
      double real,
      double ratio,
      double low,
      double high) {}

  private JoinBench() {}

  /**
   * Continues and inpaints the scenes 0 to {@code count − 1} of {@code scenes}.
   *
   * @param progress hears scene by scene
   */
  public static Report run(
      Pipeline model,
      SceneGenerator scenes,
      int count,
      Task.Continue continuation,
      Task.Inpaint inpainting,
      SamplingSettings settings,
      ProgressListener progress) {
    Joins continued = new Joins();
    Joins inpainted = new Joins();
    double seconds = 0;
    for (int i = 0; i < count; i++) {
      Clip real = scenes.scene(i).clip();
      seconds += add(continued, model, continuation, real, settings, i);
      seconds += add(inpainted, model, inpainting, real, settings, i);
      progress.progress("join", i + 1, count);
    }
    return new Report(count, continued.report(), inpainted.report(), seconds / (2 * count));
  }

  private static double add(
      Joins joins, Pipeline model, Task task, Clip real, SamplingSettings settings, long seed) {
    GenerateRequest.Builder request = GenerateRequest.of(task).video(real);
    GenerateResult result = settings.generate(model, request, seed);
    joins.add(result, real);
    return result.seconds();
  }
}
