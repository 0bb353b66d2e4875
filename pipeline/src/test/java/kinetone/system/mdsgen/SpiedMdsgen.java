package kinetone.system.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.feature.cavp.Cavp;
import kinetone.media.Clip;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.LatentArrays;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SpiedModel;
import kinetone.pipeline.SpyDenoiser;
import kinetone.pipeline.TaskKind;
import kinetone.signal.ClipTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;

/** MDSGen under the contract of systems, with a vocoder and a classifier that does not guide. */
public final class SpiedMdsgen implements SpiedModel {
  /** T. */
  private static final int STEPS = 1000;

  @Override
  public String system() {
    return MdsgenSystem.NAME;
  }

  @Override
  public Path write(Path folder) {
    return TinyMdsgen.write(folder);
  }

  @Override
  public DiffusionModel open(ModelParts parts, ModelIndex index, UnaryOperator<Denoiser> around) {
    return MdsgenSystem.open(parts, new Device("cpu"), around);
  }

  @Override
  public int guidedPasses(TaskMask mask) {
    return 2;
  }

  @Override
  public Map<Modality, float[]> noise(Step step) {
    SpyDenoiser.Pass first = step.passes().get(0);
    assertThat(first.features().orElseThrow()).isEqualTo(features(step));
    assertThat(first.estimate()).isEmpty();
    double scale = step.get(CommonOptions.GUIDANCE_SCALE);
    if (step.passes().size() == 1) {
      assertThat(scale).isLessThanOrEqualTo(1);
      return first.noise();
    }
    SpyDenoiser.Pass dropped = step.passes().get(1);
    LatentArrays.assertSame("the same latents", dropped.noisy(), first.noisy());
    LatentArrays.assertSame("the same levels", dropped.levels(), first.levels());
    assertThat(dropped.features()).as("without the condition").isEmpty();
    double weight = weight(scale, step.get(MdsgenOptions.GUIDANCE_POWER), first.time());
    return LatentArrays.mix(weight, first.noise(), 1 - weight, dropped.noise());
  }

  /** Gao et al. 2023: from 1 at t = T + 1 to the scale at t = 1. */
  static double weight(double scale, double power, int time) {
    double done = 1 - (time - 1) / (double) STEPS;
    return 1 + (scale - 1) * (1 - Math.cos(Math.PI * Math.pow(done, power))) / 2;
  }

  /** What CAVP sees in the pictures of the request's window. */
  private static float[] features(Step step) {
    Clip clip = ((MediaInput.Decoded) step.request().video().orElseThrow()).clip();
    try (Cavp cavp = Cavp.FOLDER.load(step.folder().resolve("cavp"));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      return Tensors.toFloats(cavp.encodeVideo(ClipTensors.unitVideo(List.of(clip))));
    }
  }

  @Override
  public Map<Option<?>, Change> changes() {
    OptionValues guided = OptionValues.NONE.with(CommonOptions.GUIDANCE_SCALE, 5.0);
    return Map.of(
        MdsgenOptions.GUIDANCE_POWER,
        new Change(TaskKind.V2A, guided, guided.with(MdsgenOptions.GUIDANCE_POWER, 4.0)),
        MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE,
        new Change(
            TaskKind.V2A, guided, guided.with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 100.0)));
  }

  @Override
  public Map<String, Consumer<Path>> misfits() {
    return Map.of(
        "the denoiser wants 6 features for each of 9 frames, the features are 5 for each",
        model -> TinyMdsgen.writeFeatures(model, 5),
        "the codec has 5 latent channels, the denoiser 4; the parts are",
        model -> TinyMdsgen.writeCodec(model, TinyMdsgen.FRONT_END, 5),
        "the alignment classifier is for latents of 4 channels and 5 features of up to 9 frames",
        model -> TinyMdsgen.writeClassifier(model, 5));
  }
}
