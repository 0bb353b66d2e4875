package kinetone.system.monl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.guidance.ReconstructionGuidance;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.task.TaskMask;
import kinetone.model.monl.AvDiTConfig;
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
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.Device;

/** AVDiT under the contract of systems: self-conditioned, as the paper's is. */
public final class SpiedMonl implements SpiedModel {
  /** T. */
  private static final int STEPS = 1000;

  @Override
  public String system() {
    return MonlSystem.NAME;
  }

  @Override
  public Path write(Path folder) {
    return TinyModel.write(folder);
  }

  @Override
  public DiffusionModel open(ModelParts parts, ModelIndex index, UnaryOperator<Denoiser> around) {
    return new MonlSystem().open(parts, index, new Device("cpu"), around);
  }

  @Override
  public int guidedPasses(TaskMask mask) {
    return mask.hasCondition() ? 2 : 3;
  }

  @Override
  public Map<Modality, float[]> noise(Step step) {
    SpyDenoiser.Pass first = step.passes().get(0);
    // What is given stands in the place of estimates, from the first step on.
    Map<Modality, float[]> told = first.estimate().orElseThrow();
    LatentArrays.assertSame("estimate", LatentArrays.select(step.mask(), told, step.known()), told);
    if (step.number() == 0) {
      Map<Modality, float[]> nothing = LatentArrays.zeros(step.shapes());
      LatentArrays.assertSame(
          "first estimate", told, LatentArrays.select(step.mask(), nothing, step.known()));
    }
    double s = step.get(CommonOptions.GUIDANCE_SCALE) - 1;
    if (step.passes().size() == 1) {
      assertThat(s).isLessThanOrEqualTo(0);
      return first.noise();
    }
    return step.mask().hasCondition() ? conditional(step, told, s) : joint(step, told, s);
  }

  /** The condition gives way to noise at level T (Kim et al. 2024, appendix). */
  private static Map<Modality, float[]> conditional(
      Step step, Map<Modality, float[]> told, double s) {
    SpyDenoiser.Pass first = step.passes().get(0);
    SpyDenoiser.Pass dropped = step.passes().get(1);
    LatentArrays.assertSame(
        "noise in the place of the condition",
        dropped.noisy(),
        LatentArrays.select(step.mask(), first.noisy(), fresh(step)));
    LatentArrays.assertSame(
        "levels without the condition",
        dropped.levels(),
        LatentArrays.levels(step.mask(), first.noisy(), first.time(), STEPS));
    LatentArrays.assertSame(
        "estimate without the condition",
        dropped.estimate().orElseThrow(),
        LatentArrays.select(step.mask(), told, LatentArrays.zeros(step.shapes())));
    return LatentArrays.mix(1 + s, first.noise(), -s, dropped.noise());
  }

  /** Each modality alone, the other one hidden in noise at level T (Bao et al. 2023). */
  private static Map<Modality, float[]> joint(Step step, Map<Modality, float[]> told, double s) {
    SpyDenoiser.Pass first = step.passes().get(0);
    Map<Modality, float[]> fresh = fresh(step);
    Map<Modality, float[]> guided = new EnumMap<>(Modality.class);
    int number = 1;
    for (Modality kept : List.of(Modality.VIDEO, Modality.AUDIO)) {
      SpyDenoiser.Pass alone = step.passes().get(number++);
      for (Modality modality : first.noisy().keySet()) {
        boolean hidden = modality != kept;
        float[] levels = first.levels().get(modality).clone();
        float[] estimate = told.get(modality).clone();
        if (hidden) {
          Arrays.fill(levels, STEPS);
          Arrays.fill(estimate, 0);
        }
        assertThat(alone.noisy().get(modality))
            .isEqualTo((hidden ? fresh : first.noisy()).get(modality));
        assertThat(alone.levels().get(modality)).isEqualTo(levels);
        assertThat(alone.estimate().orElseThrow().get(modality)).isEqualTo(estimate);
      }
      guided.put(
          kept, LatentArrays.mix(1 + s, first.noise().get(kept), -s, alone.noise().get(kept)));
    }
    return guided;
  }

  /** Of a stream of its own, drawn anew for each step: stream 1 of the window's 3. */
  private static Map<Modality, float[]> fresh(Step step) {
    try (SeededNoise seeded = SeededNoise.of(step.request().seed());
        SeededNoise stream = seeded.fork(3 * step.window() + 1);
        TensorScope scope = TensorScope.open()) {
      for (int drawn = 0; drawn < step.number(); drawn++) {
        stream.like(LatentArrays.latents(step.shapes()));
      }
      return SpyDenoiser.floats(stream.like(LatentArrays.latents(step.shapes())));
    }
  }

  @Override
  public Map<Option<?>, Change> changes() {
    OptionValues replaced =
        OptionValues.NONE.with(MonlOptions.CONDITIONING, Conditioning.REPLACEMENT);
    OptionValues reconstructed =
        OptionValues.NONE.with(MonlOptions.CONDITIONING, Conditioning.RECONSTRUCTION);
    return Map.of(
        MonlOptions.CONDITIONING,
        new Change(TaskKind.V2A, OptionValues.NONE, replaced),
        MonlOptions.RECONSTRUCTION_WEIGHT,
        new Change(
            TaskKind.CONTINUE,
            reconstructed.with(MonlOptions.RECONSTRUCTION_WEIGHT, 0.02),
            reconstructed.with(MonlOptions.RECONSTRUCTION_WEIGHT, 0.01)),
        MonlOptions.RECONSTRUCTION_FORM,
        new Change(
            TaskKind.CONTINUE,
            reconstructed,
            reconstructed.with(MonlOptions.RECONSTRUCTION_FORM, ReconstructionGuidance.Form.CODE)),
        MonlOptions.ESTIMATE_LIMIT,
        new Change(
            TaskKind.JOINT,
            OptionValues.NONE,
            OptionValues.NONE.with(MonlOptions.ESTIMATE_LIMIT, 0.5)));
  }

  @Override
  public Map<String, Consumer<Path>> misfits() {
    AvDiTConfig tiny = TinyModel.DENOISER;
    AvDiTConfig wide =
        new AvDiTConfig(
            tiny.depth(),
            tiny.width(),
            tiny.heads(),
            tiny.mlpRatio(),
            tiny.gelu(),
            tiny.conditionSinusoids(),
            tiny.conditionHidden(),
            tiny.selfConditioning(),
            new AvDiTConfig.Video(3, 2, 2, TinyModel.CHANNELS + 1, 1),
            tiny.audio());
    return Map.of(
        "the codecs have 5 picture channels and 4 of sound, the denoiser 4 and 4; the parts are",
        model -> TinyModel.writeVideoCodec(model, 5),
        "the codecs have 4 picture channels and 5 of sound, the denoiser 4 and 4; the parts are",
        model -> TinyModel.writeAudioCodec(model, 5),
        "the codecs have 4 picture channels and 4 of sound, the denoiser 5 and 4; the parts are",
        model -> TinyModel.writeDenoiser(model, wide));
  }
}
