package kinetone.pipeline;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;

/**
 * What to generate. Options that are left out take the model's defaults.
 *
 * @param task which part is generated
 * @param video given picture (and sound, for continuation and inpainting)
 * @param audio given sound; takes the place of the sound of {@code video}
 * @param seed of the noise: the same seed gives the same bytes, alone or among others
 * @param numInferenceSteps denoising steps
 * @param guidanceScale strength of classifier-free guidance; 0 for none
 * @param guidancePower MDSGen: how soon guidance reaches its strength; 0 at once
 * @param classifierGuidanceScale MDSGen: strength of guidance by the alignment classifier
 * @param sampler how to denoise
 * @param conditioning how the network learns of what is given
 * @param reconstructionWeight λ of reconstruction guidance
 */
public record GenerateRequest(
    Task task,
    Optional<MediaInput> video,
    Optional<MediaInput> audio,
    long seed,
    OptionalInt numInferenceSteps,
    OptionalDouble guidanceScale,
    OptionalDouble guidancePower,
    OptionalDouble classifierGuidanceScale,
    Optional<SamplerChoice> sampler,
    Conditioning conditioning,
    OptionalDouble reconstructionWeight) {
  /** λ where a request says nothing: the largest that did not diverge in the paper. */
  static final double RECONSTRUCTION_WEIGHT = 0.02;

  /** Checks that the task has what it needs. */
  public GenerateRequest {
    numInferenceSteps.ifPresent(n -> Check.within("num_inference_steps", n, 1, 1000));
    guidanceScale.ifPresent(s -> Check.within("guidance_scale", s, 0, 100));
    guidancePower.ifPresent(p -> Check.within("guidance_power", p, 0, 100));
    classifierGuidanceScale.ifPresent(s -> Check.within("classifier_guidance_scale", s, 0, 1000));
    reconstructionWeight.ifPresent(w -> Check.within("reconstruction_weight", w, 0, 100));
    Check.that(
        reconstructionWeight.isEmpty() || conditioning == Conditioning.RECONSTRUCTION,
        "reconstruction_weight needs conditioning reconstruction, not %s",
        name(conditioning));
    if (conditioning != Conditioning.CONDITION) {
      Check.that(
          !(task instanceof Task.Joint),
          "task joint gives nothing, so conditioning %s does not apply; choose another task",
          name(conditioning));
      Check.that(
          guidanceScale.orElse(0) == 0,
          "guidance_scale %s needs conditioning condition, not %s",
          guidanceScale.orElse(0),
          name(conditioning));
    }
    if (task instanceof Task.VideoToAudio && video.isEmpty()) {
      throw KinetoneException.user("task v2a needs a picture: give --video FILE");
    }
    if (task instanceof Task.AudioToVideo && audio.isEmpty() && video.isEmpty()) {
      throw KinetoneException.user("task a2v needs a sound: give --audio FILE");
    }
    if ((task instanceof Task.Continue || task instanceof Task.Inpaint) && video.isEmpty()) {
      throw KinetoneException.user("continuation and inpainting need a clip: give --video FILE");
    }
  }

  private static String name(Conditioning conditioning) {
    return conditioning.name().toLowerCase(Locale.ROOT);
  }

  /** The same request with another picture. */
  public GenerateRequest withVideo(MediaInput other) {
    return new GenerateRequest(
        task,
        Optional.of(other),
        audio,
        seed,
        numInferenceSteps,
        guidanceScale,
        guidancePower,
        classifierGuidanceScale,
        sampler,
        conditioning,
        reconstructionWeight);
  }

  /** Starts a request for {@code task}. */
  public static Builder of(Task task) {
    return new Builder(task);
  }

  /** Sets one option after the other. */
  public static final class Builder {
    private final Task task;
    private Optional<MediaInput> video = Optional.empty();
    private Optional<MediaInput> audio = Optional.empty();
    private long seed;
    private OptionalInt numInferenceSteps = OptionalInt.empty();
    private OptionalDouble guidanceScale = OptionalDouble.empty();
    private OptionalDouble guidancePower = OptionalDouble.empty();
    private OptionalDouble classifierGuidanceScale = OptionalDouble.empty();
    private Optional<SamplerChoice> sampler = Optional.empty();
    private Conditioning conditioning = Conditioning.CONDITION;
    private OptionalDouble reconstructionWeight = OptionalDouble.empty();

    private Builder(Task task) {
      this.task = task;
    }

    /** The given picture, from a file. */
    public Builder video(Path file) {
      return video(new MediaInput.File(file, 0));
    }

    /** The given picture, decoded. */
    public Builder video(Clip clip) {
      return video(new MediaInput.Decoded(clip));
    }

    /** The given picture. */
    public Builder video(MediaInput input) {
      video = Optional.of(input);
      return this;
    }

    /** The given sound, from a file. */
    public Builder audio(Path file) {
      return audio(new MediaInput.File(file, 0));
    }

    /** The given sound, decoded. */
    public Builder audio(Clip clip) {
      return audio(new MediaInput.Decoded(clip));
    }

    /** The given sound. */
    public Builder audio(MediaInput input) {
      audio = Optional.of(input);
      return this;
    }

    /** The seed; 0 unless set. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Denoising steps. */
    public Builder numInferenceSteps(int value) {
      numInferenceSteps = OptionalInt.of(value);
      return this;
    }

    /** Strength of classifier-free guidance. */
    public Builder guidanceScale(double value) {
      guidanceScale = OptionalDouble.of(value);
      return this;
    }

    /** MDSGen: how soon guidance reaches its strength. */
    public Builder guidancePower(double value) {
      guidancePower = OptionalDouble.of(value);
      return this;
    }

    /** MDSGen: strength of guidance by the alignment classifier. */
    public Builder classifierGuidanceScale(double value) {
      classifierGuidanceScale = OptionalDouble.of(value);
      return this;
    }

    /** The sampler. */
    public Builder sampler(SamplerChoice value) {
      sampler = Optional.of(value);
      return this;
    }

    /** How the network learns of what is given; {@link Conditioning#CONDITION} unless set. */
    public Builder conditioning(Conditioning value) {
      conditioning = value;
      return this;
    }

    /** λ of reconstruction guidance; 0.02 unless set. */
    public Builder reconstructionWeight(double value) {
      reconstructionWeight = OptionalDouble.of(value);
      return this;
    }

    /** The request, checked. */
    public GenerateRequest build() {
      return new GenerateRequest(
          task,
          video,
          audio,
          seed,
          numInferenceSteps,
          guidanceScale,
          guidancePower,
          classifierGuidanceScale,
          sampler,
          conditioning,
          reconstructionWeight);
    }
  }
}
