package kinetone.system.uniform;

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
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import kinetone.testkit.TinyUniForm;
import kinetone.text.EncodedText;
import kinetone.text.TextEncoder;
import org.bytedeco.pytorch.Device;

/** UniForm under the contract of systems: with a prompt. */
public final class SpiedUniForm implements SpiedModel {
  private static final String PROMPT = "a ball bounces twice";

  @Override
  public String system() {
    return UniFormSystem.NAME;
  }

  @Override
  public OptionValues usualOptions() {
    return OptionValues.NONE.with(CommonOptions.PROMPT, PROMPT);
  }

  @Override
  public Path write(Path folder) {
    return TinyUniForm.write(folder);
  }

  @Override
  public DiffusionModel open(ModelParts parts, ModelIndex index, UnaryOperator<Denoiser> around) {
    return new UniFormSystem().open(parts, index, new Device("cpu"), around);
  }

  @Override
  public int guidedPasses(TaskMask mask) {
    return 2;
  }

  @Override
  public Map<Modality, float[]> noise(Step step) {
    SpyDenoiser.Pass first = step.passes().get(0);
    assertThat(first.estimate()).isEmpty();
    float[] words = words(step.folder());
    assertThat(first.text().orElseThrow()).containsExactly(words);
    assertThat(first.keep()).isEmpty();
    double scale = step.get(CommonOptions.GUIDANCE_SCALE);
    if (step.passes().size() == 1) {
      assertThat(scale).isLessThanOrEqualTo(1);
      return first.noise();
    }
    SpyDenoiser.Pass dropped = step.passes().get(1);
    LatentArrays.assertSame("the same latents", dropped.noisy(), first.noisy());
    LatentArrays.assertSame("the same levels", dropped.levels(), first.levels());
    assertThat(dropped.text().orElseThrow()).as("as many tokens").hasSameSizeAs(words);
    assertThat(dropped.keep().orElseThrow()).as("that nobody hears").containsExactly(0);
    Map<Modality, float[]> guided =
        LatentArrays.mix(scale, first.noise(), 1 - scale, dropped.noise());
    // What is given is guided nowhere, and sampled nowhere.
    return LatentArrays.select(step.mask(), guided, first.noise());
  }

  private static float[] words(Path folder) {
    try (TextEncoder encoder = TextEncoder.load(folder.resolve("text_encoder"), new Device("cpu"));
        TensorScope scope = TensorScope.open()) {
      EncodedText encoded = encoder.encode(java.util.List.of(PROMPT));
      return Tensors.toFloats(encoded.embedding());
    }
  }

  @Override
  public Map<Option<?>, Change> changes() {
    OptionValues usual = usualOptions();
    return Map.of(
        CommonOptions.PROMPT,
        new Change(
            TaskKind.JOINT, usual, OptionValues.NONE.with(CommonOptions.PROMPT, "rain falls")),
        CommonOptions.NEGATIVE_PROMPT,
        new Change(
            TaskKind.JOINT,
            usual.with(CommonOptions.GUIDANCE_SCALE, 3.0),
            usual
                .with(CommonOptions.GUIDANCE_SCALE, 3.0)
                .with(CommonOptions.NEGATIVE_PROMPT, "a bell rings")),
        CommonOptions.PROMPTS,
        new Change(
            TaskKind.V2A,
            usual,
            usual.with(CommonOptions.PROMPTS, CommonOptions.PROMPTS.parse("0-9: rain falls"))),
        UniFormOptions.GIVEN_GUIDANCE_SCALE,
        new Change(
            TaskKind.V2A,
            OptionValues.NONE.with(UniFormOptions.GIVEN_GUIDANCE_SCALE, 1.0),
            OptionValues.NONE.with(UniFormOptions.GIVEN_GUIDANCE_SCALE, 3.0)));
  }

  @Override
  public Map<String, Consumer<Path>> misfits() {
    int four = TinyModel.CHANNELS;
    return Map.of(
        "the codecs have 5 picture channels and 4 of sound, the denoiser 4 and 4; the parts",
        model -> {
          TinyMdsgen.without(model, "video_codec");
          TinyModel.writeVideoCodec(model, 5);
        },
        "the codecs have 4 picture channels and 4 of sound, the denoiser 4 and 5; the parts",
        model -> TinyUniForm.writeDenoiser(model, TinyUniForm.config(four, 5, 8)),
        "the text encoder's captions are 32 tokens of width 8, the denoiser's 32 of width 9; the",
        model -> TinyUniForm.writeDenoiser(model, TinyUniForm.config(four, four, 9)));
  }
}
