package kinetone.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.MediaInput;
import picocli.CommandLine.Option;

/** One request, from the command line or from a line of a batch file. */
final class GenerateOptions {
  @Option(
      names = "--task",
      defaultValue = "joint",
      description = "joint, v2a, a2v, continue or inpaint (default: joint).")
  @JsonProperty
  GenerateCommand.TaskName task = GenerateCommand.TaskName.JOINT;

  @Option(names = "--video", description = "Given picture (with its sound, to go on or repair).")
  @JsonProperty
  Path video;

  @Option(names = "--audio", description = "Given sound.")
  @JsonProperty
  Path audio;

  @Option(
      names = "--start",
      defaultValue = "0",
      description = "Seconds to skip in the given files (default: 0).")
  @JsonProperty
  double start;

  @Option(
      names = "--seconds",
      description = "v2a: seconds of the video from --start on (default: to its end).")
  @JsonProperty
  Double seconds;

  @Option(
      names = "--given",
      defaultValue = "0.625",
      description = "continue: seconds kept from the start (default: 0.625).")
  @JsonProperty
  double given = 0.625;

  @Option(
      names = "--from",
      defaultValue = "0.125",
      description = "inpaint: start of the gap in seconds (default: 0.125).")
  @JsonProperty
  double from = 0.125;

  @Option(
      names = "--to",
      defaultValue = "1.625",
      description = "inpaint: end of the gap in seconds (default: 1.625).")
  @JsonProperty
  double to = 1.625;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the noise (default: 0).")
  @JsonProperty
  long seed;

  @Option(names = "--num-inference-steps", description = "Denoising steps.")
  @JsonProperty("num_inference_steps")
  Integer numInferenceSteps;

  @Option(names = "--guidance-scale", description = "Classifier-free guidance; 0 for none.")
  @JsonProperty("guidance_scale")
  Double guidanceScale;

  @Option(
      names = "--guidance-power",
      description = "MDSGen: how soon guidance reaches its strength; 0 at once (default: 0.01).")
  @JsonProperty("guidance_power")
  Double guidancePower;

  @Option(
      names = "--classifier-guidance-scale",
      description = {
        "MDSGen: guidance by the alignment classifier, for models that have one;",
        "0 for none (default: the model's)."
      })
  @JsonProperty("classifier_guidance_scale")
  Double classifierGuidanceScale;

  @Option(names = "--sampler", description = "ddim, ddpm or dpmpp.")
  @JsonProperty
  String sampler;

  @Option(
      names = "--conditioning",
      paramLabel = "HOW",
      description = {
        "How the network learns of what is given: condition (clean, at noise level 0; default),",
        "or a baseline: replacement, or reconstruction (by gradients, slower)."
      })
  @JsonProperty
  String conditioning;

  @Option(
      names = "--reconstruction-weight",
      description = "Step of conditioning reconstruction (default: 0.02).")
  @JsonProperty("reconstruction_weight")
  Double reconstructionWeight;

  /** The request of variant {@code variant}: seeds count up. */
  GenerateRequest request(int variant) {
    Check.that(task != null, "task is missing; use joint, v2a, a2v, continue or inpaint");
    GenerateRequest.Builder builder = GenerateRequest.of(task()).seed(seed + variant);
    Check.that(
        seconds == null || task == GenerateCommand.TaskName.V2A,
        "--seconds limits the video of task v2a; other tasks take what their model needs");
    if (video != null) {
      builder.video(new MediaInput.File(requireFile(video), start, length()));
    }
    if (audio != null) {
      builder.audio(new MediaInput.File(requireFile(audio), start));
    }
    if (numInferenceSteps != null) {
      builder.numInferenceSteps(numInferenceSteps);
    }
    if (guidanceScale != null) {
      builder.guidanceScale(guidanceScale);
    }
    if (guidancePower != null) {
      builder.guidancePower(guidancePower);
    }
    if (classifierGuidanceScale != null) {
      builder.classifierGuidanceScale(classifierGuidanceScale);
    }
    if (sampler != null) {
      builder.sampler(GenerateCommand.sampler(sampler));
    }
    if (conditioning != null) {
      builder.conditioning(GenerateCommand.conditioning(conditioning));
    }
    if (reconstructionWeight != null) {
      builder.reconstructionWeight(reconstructionWeight);
    }
    return builder.build();
  }

  /** Seconds of the video to take; empty takes all from the start on. */
  OptionalDouble length() {
    return seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds);
  }

  private Task task() {
    return switch (task) {
      case JOINT -> new Task.Joint();
      case A2V -> new Task.AudioToVideo();
      case V2A -> new Task.VideoToAudio();
      case CONTINUE -> new Task.Continue(given);
      case INPAINT -> new Task.Inpaint(from, to);
    };
  }

  private static Path requireFile(Path file) {
    Check.that(Files.isRegularFile(file), "input file %s does not exist", file);
    return file;
  }

  /** Reads a batch file; errors name the line. */
  static List<GenerateOptions> read(Path file) {
    List<GenerateOptions> requests = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          try {
            requests.add(Json.MAPPER.readValue(lines.get(i), GenerateOptions.class));
          } catch (JsonProcessingException e) {
            throw Json.error(file + ":" + (i + 1), e);
          }
        }
      }
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read batch file %s", file);
    }
    Check.that(!requests.isEmpty(), "batch file %s holds no request", file);
    return requests;
  }
}
