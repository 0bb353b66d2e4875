package kinetone.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/**
 * {@code model_index.json}: what a model folder holds and how to use it when the user does not say.
 *
 * @param system which of the systems, for example "monl"
 * @param description one line for people
 * @param format of the clips it makes
 * @param defaults of generation
 * @param spectrogram what the sound codec codes, for systems that code spectrograms; else null
 */
public record ModelIndex(
    String system,
    String description,
    ClipFormat format,
    Defaults defaults,
    @JsonInclude(JsonInclude.Include.NON_NULL) Spectrogram spectrogram) {
  /** The file's name. */
  public static final String FILE = "model_index.json";

  /** The component folder of the picture codec. */
  public static final String VIDEO_CODEC = "video_codec";

  /** The component folder of the sound codec. */
  public static final String AUDIO_CODEC = "audio_codec";

  /** The component folder of the codec of spectrograms. */
  public static final String MEL_CODEC = "mel_codec";

  /** The component folder of the network for picture features. */
  public static final String CAVP = "cavp";

  /** The component folder of the vocoder. */
  public static final String VOCODER = "vocoder";

  /** The component folder of the classifier of alignment for guidance. */
  public static final String ALIGN = "align";

  /** The component folder of the denoiser. */
  public static final String DENOISER = "denoiser";

  /** A model that codes no spectrograms. */
  public ModelIndex(String system, String description, ClipFormat format, Defaults defaults) {
    this(system, description, format, defaults, null);
  }

  /** Checks that nothing is missing. */
  public ModelIndex {
    Check.that(system != null, "system is missing");
    Check.that(format != null, "format is missing");
    Check.that(defaults != null, "defaults are missing");
  }

  /**
   * Used where a request says nothing.
   *
   * @param numInferenceSteps denoising steps
   * @param guidanceScale of classifier-free guidance, in the form of the system; 0 switches it off
   * @param sampler the sampler
   * @param estimateLimit clamp of the self-conditioning estimate, as in training; 0 tells the
   *     network no estimates
   * @param classifierGuidanceScale of guidance by the model's alignment classifier; 0 switches it
   *     off. Never null; absent in a file, 0
   */
  public record Defaults(
      int numInferenceSteps,
      double guidanceScale,
      SamplerChoice sampler,
      double estimateLimit,
      Double classifierGuidanceScale) {
    /** Checks the ranges. */
    public Defaults {
      Check.atLeast("num_inference_steps", numInferenceSteps, 1);
      Check.atLeast("guidance_scale", guidanceScale, 0.0);
      Check.that(sampler != null, "sampler is missing");
      classifierGuidanceScale = classifierGuidanceScale == null ? 0 : classifierGuidanceScale;
      Check.atLeast("classifier_guidance_scale", classifierGuidanceScale, 0.0);
    }

    /** Without guidance by a classifier. */
    public Defaults(
        int numInferenceSteps, double guidanceScale, SamplerChoice sampler, double estimateLimit) {
      this(numInferenceSteps, guidanceScale, sampler, estimateLimit, 0.0);
    }
  }

  /**
   * Reads the index of {@code folder}.
   *
   * @throws KinetoneException when there is no such folder or the file is damaged
   */
  public static ModelIndex read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw KinetoneException.user(
          "model folder %s does not exist; give --model a folder or the name of a shipped model",
          folder);
    }
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw KinetoneException.user("%s is not a model folder: %s is missing", folder, FILE);
    }
    try {
      return Json.MAPPER.readValue(Files.readString(file), ModelIndex.class);
    } catch (JsonProcessingException e) {
      throw Json.error(file, e);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", file);
    }
  }
}
