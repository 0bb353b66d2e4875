package kinetone.pipeline;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
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
 * @param options of {@link CommonOptions} and of the model's system
 */
public record GenerateRequest(
    Task task,
    Optional<MediaInput> video,
    Optional<MediaInput> audio,
    long seed,
    OptionValues options) {
  /** Checks that the task has what it needs, and uses what it has. */
  public GenerateRequest {
    Set<TaskInput> given = EnumSet.noneOf(TaskInput.class);
    video.ifPresent(v -> given.add(TaskInput.VIDEO));
    audio.ifPresent(a -> given.add(TaskInput.AUDIO));
    TaskInput.requireApplicable(TaskKind.of(task), given);
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

  /** The given sound: that of its own, else that of the given clip. */
  public Optional<MediaInput> sound() {
    return audio.or(() -> video);
  }

  /** The same request with another picture. */
  public GenerateRequest withVideo(MediaInput other) {
    return new GenerateRequest(task, Optional.of(other), audio, seed, options);
  }

  /** The same request with these options. */
  public GenerateRequest withOptions(OptionValues other) {
    return new GenerateRequest(task, video, audio, seed, other);
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
    private OptionValues options = OptionValues.NONE;

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

    /** Any option, of {@link CommonOptions} or of the model's system. */
    public <T> Builder with(Option<T> option, T value) {
      options = options.with(option, value);
      return this;
    }

    /** These options, over those set before. */
    public Builder with(OptionValues values) {
      options = values.over(options);
      return this;
    }

    /** Denoising steps. */
    public Builder numInferenceSteps(int value) {
      return with(CommonOptions.NUM_INFERENCE_STEPS, value);
    }

    /** Strength of classifier-free guidance; 1 is none. */
    public Builder guidanceScale(double value) {
      return with(CommonOptions.GUIDANCE_SCALE, value);
    }

    /** The sampler. */
    public Builder sampler(SamplerChoice value) {
      return with(CommonOptions.SAMPLER, value);
    }

    /** What the clip shall show, for systems that hear words. */
    public Builder prompt(String value) {
      return with(CommonOptions.PROMPT, value);
    }

    /** What it shall not show, for systems that hear words. */
    public Builder negativePrompt(String value) {
      return with(CommonOptions.NEGATIVE_PROMPT, value);
    }

    /** The request, checked. */
    public GenerateRequest build() {
      return new GenerateRequest(task, video, audio, seed, options);
    }
  }
}
