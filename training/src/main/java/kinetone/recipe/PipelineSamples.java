package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.report.SampleSheet;
import kinetone.system.joint.JointSystem;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;

/**
 * Joint clips of a network in training, made as users will make them: by the pipeline, with DDIM
 * and without guidance. Clip k always starts from the noise of seed k, so that pictures of two
 * steps compare.
 */
final class PipelineSamples implements AutoCloseable {
  private final Samples plan;
  private final DiffusionPipeline pipeline;

  /**
   * Samples of {@code model}, the network in training and its codecs, all of which this owns.
   *
   * @param plan with denoising steps
   */
  PipelineSamples(Samples plan, GenerativeSystem system, ClipFormat format, DiffusionModel model) {
    this.plan = plan;
    OptionValues options =
        OptionValues.NONE
            .with(CommonOptions.NUM_INFERENCE_STEPS, plan.steps())
            .with(CommonOptions.GUIDANCE_SCALE, 1.0)
            .with(CommonOptions.SAMPLER, SamplerChoice.DDIM);
    ModelIndex index = new ModelIndex(system.name(), "in training", format, options);
    pipeline = new DiffusionPipeline(system, index, model);
  }

  /**
   * Samples of {@code network} in training, which they own, between other parts; none without a
   * plan.
   *
   * @param plan null where nobody wants any
   * @param folders of the other parts, by role
   */
  static <C, N extends Module & Denoiser> Optional<PipelineSamples> of(
      Samples plan,
      JointSystem<C, N> system,
      C config,
      N network,
      Map<String, String> folders,
      ClipFormat format,
      Device device) {
    if (plan == null) {
      return Optional.empty();
    }
    Map<String, Path> places = new HashMap<>();
    folders.forEach((role, folder) -> places.put(role, Path.of(folder)));
    ModelParts parts = new ModelParts("the model in training", places);
    return Optional.of(
        new PipelineSamples(
            plan, system, format, system.model(config, network, network, parts, format, device)));
  }

  /** Draws what the network makes now. */
  BufferedImage draw() {
    List<Clip> clips = new ArrayList<>();
    for (int k = 0; k < plan.count(); k++) {
      GenerateRequest request = GenerateRequest.of(new Task.Joint()).seed(k).build();
      clips.add(pipeline.generate(request).clip());
    }
    return SampleSheet.draw(clips);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
