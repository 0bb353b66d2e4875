package kinetone.system.avdit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.LatentArrays;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SpiedModel;
import kinetone.pipeline.SpyDenoiser;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.Rng;
import kinetone.testkit.TinyAvDit;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.Device;

/** AV-DiT under the contract of systems: of a class that the seed draws. */
public final class SpiedAvDit implements SpiedModel {
  @Override
  public String system() {
    return AvDitSystem.NAME;
  }

  @Override
  public TaskKind usualTask() {
    return TaskKind.JOINT;
  }

  @Override
  public OptionValues usualOptions() {
    return OptionValues.NONE.with(AvDitOptions.CLASS_LABEL, "any");
  }

  @Override
  public Path write(Path folder) {
    return TinyAvDit.write(folder);
  }

  @Override
  public DiffusionModel open(ModelParts parts, ModelIndex index, UnaryOperator<Denoiser> around) {
    return new AvDitSystem().open(parts, index, new Device("cpu"), around);
  }

  @Override
  public int guidedPasses(TaskMask mask) {
    return 2;
  }

  @Override
  public Map<Modality, float[]> noise(Step step) {
    SpyDenoiser.Pass first = step.passes().get(0);
    assertThat(first.labels().orElseThrow()).containsExactly(drawn(step));
    assertThat(first.estimate()).isEmpty();
    double scale = step.get(CommonOptions.GUIDANCE_SCALE);
    if (step.passes().size() == 1) {
      assertThat(scale).isLessThanOrEqualTo(1);
      return first.noise();
    }
    SpyDenoiser.Pass dropped = step.passes().get(1);
    LatentArrays.assertSame("the same latents", dropped.noisy(), first.noisy());
    LatentArrays.assertSame("the same levels", dropped.levels(), first.levels());
    assertThat(dropped.labels()).as("without the class").isEmpty();
    return LatentArrays.mix(scale, first.noise(), 1 - scale, dropped.noise());
  }

  /** Of a stream of its own: stream 2 of the window's 3. */
  private static long drawn(Step step) {
    try (Rng rng = Rng.of(step.request().seed(), 3 * step.window() + 2)) {
      return (long) (rng.nextDouble() * TinyAvDit.LABELS.size());
    }
  }

  @Override
  public Map<Option<?>, Change> changes() {
    return Map.of(
        AvDitOptions.CLASS_LABEL,
        new Change(
            TaskKind.JOINT,
            OptionValues.NONE.with(AvDitOptions.CLASS_LABEL, "two"),
            OptionValues.NONE.with(AvDitOptions.CLASS_LABEL, "2")),
        AvDitOptions.NUM_SOUND_STEPS,
        new Change(
            TaskKind.JOINT,
            OptionValues.NONE,
            OptionValues.NONE.with(AvDitOptions.NUM_SOUND_STEPS, 2)));
  }

  @Override
  public Map<String, Consumer<Path>> misfits() {
    return Map.of(
        "the codecs have 5 picture channels and 4 x 4 of sound, the denoiser 4 and 4 x 4; the parts",
        model -> TinyAvDit.writePictureCodec(model, 5),
        "the codecs have 4 picture channels and 4 x 5 of sound, the denoiser 4 and 4 x 4; the parts",
        model -> TinyMdsgen.writeCodec(model, TinyMdsgen.FRONT_END, 5),
        "the codecs have 4 picture channels and 4 x 4 of sound, the denoiser 5 and 4 x 4; the parts",
        model -> TinyAvDit.writeDenoiser(model, TinyAvDit.config(5, 9)));
  }
}
