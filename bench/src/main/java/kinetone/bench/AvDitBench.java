package kinetone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.tensor.Engine;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/**
 * What AV-DiT's frozen base saves: a training step and its memory with small parts alone and of the
 * whole network, with checkpointed gradients and without, each in a process of its own; and a
 * denoising pass against plain matrix products of the same minutes. Random weights, on the CPU.
 */
public final class AvDitBench {
  /**
   * The figures.
   *
   * @param parameters of the network
   * @param tokens of one example
   * @param batch examples of a training step; passes have one
   * @param threads one operation may use
   * @param steps measured, of each kind
   * @param training by kind
   * @param pass a denoising pass of one clip, without guidance
   */
  public record Report(
      long parameters,
      int tokens,
      int batch,
      int threads,
      int steps,
      List<Step> training,
      DenoisingPass pass) {}

  /**
   * Training steps.
   *
   * @param trained what is trained
   * @param checkpointing whether blocks are computed again for their gradients
   * @param trainedParameters that get gradients
   * @param share of all parameters
   * @param stepSeconds median of a whole step: noise, network, loss, gradients, AdamW
   * @param peakBytes the most that the process held
   */
  public record Step(
      Trained trained,
      boolean checkpointing,
      long trainedParameters,
      double share,
      double stepSeconds,
      long peakBytes) {}

  /** What a step trains. */
  public enum Trained {
    /** The inserted parts; the base is frozen. */
    ADAPTERS,
    /** The base as well. */
    ALL
  }

  private AvDitBench() {}

  /**
   * Measures.
   *
   * @param kinds of training to measure, for each with checkpointing and without; none for passes
   *     alone
   */
  public static Report run(
      AdapterAvDiTConfig config,
      List<Trained> kinds,
      List<Boolean> checkpointing,
      int batch,
      int steps) {
    Check.atLeast("batch", batch, 1);
    Check.atLeast("steps", steps, 1);
    Engine.start();
    List<Step> training = new ArrayList<>();
    for (Trained trained : kinds) {
      for (boolean again : checkpointing) {
        training.add(step(new AvDitProbe.Job(config, trained, again, batch, steps)));
      }
    }
    long parameters;
    DenoisingPass pass;
    try (Rng rng = new Rng(1);
        AdapterAvDiT net = new AdapterAvDiT(config, rng)) {
      parameters = StateDict.parameterCount(net);
      pass = pass(net, steps, rng);
    }
    return new Report(
        parameters,
        config.videoTokens() + config.audio().tokens(),
        batch,
        Engine.threads(),
        steps,
        List.copyOf(training),
        pass);
  }

  private static Step step(AvDitProbe.Job job) {
    List<String> said = new ArrayList<>();
    try {
      FreshProcess.run(
          AvDitProbe.class,
          List.of(
              Json.MAPPER.writeValueAsString(job).replace("\n", " "),
              Integer.toString(Engine.threads())),
          line -> {
            if (line.startsWith(AvDitProbe.PREFIX)) {
              said.add(line.substring(AvDitProbe.PREFIX.length()));
            }
          });
      if (said.isEmpty()) {
        throw KinetoneException.resource(
            null,
            "the process that trains %s%s ended before its figures; memory may not have sufficed",
            job.trained(),
            job.checkpointing() ? " with checkpointed gradients" : "");
      }
      return Json.MAPPER.readValue(said.get(0), Step.class);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("figures of a process cannot be read: %s", e.getMessage());
    }
  }

  private static DenoisingPass pass(AdapterAvDiT net, int rounds, Rng rng) {
    AdapterAvDiTConfig config = net.config();
    net.eval();
    try (TensorScope scope = TensorScope.open()) {
      Latents noisy = latents(config, 1, rng);
      NoiseLevels levels = levels(config, 1, rng);
      return DenoisingPass.measure(
          net, noisy, levels, Conditions.NONE, config.forwardFlops(), rounds);
    }
  }

  /** Made-up latents. */
  static Latents latents(AdapterAvDiTConfig config, long batch, Rng rng) {
    int side = config.base().inputSize();
    AdapterAvDiTConfig.Audio audio = config.audio();
    return Latents.of(
        rng.normal(batch, config.frames(), side, side, config.base().channels()),
        rng.normal(batch, audio.length(), audio.frequencies(), audio.channels()));
  }

  private static NoiseLevels levels(AdapterAvDiTConfig config, long batch, Rng rng) {
    Tensor t = rng.integers(1, LinearBetaSchedule.STEPS + 1L, batch, 1);
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO, t.repeat(1, config.frames()),
            Modality.AUDIO, t.repeat(1, config.audio().length())));
  }
}
