package kinetone.bench;

import static org.bytedeco.pytorch.global.torch.ones;

import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.model.uniform.UniForm;
import kinetone.model.uniform.UniFormConfig;
import kinetone.tensor.Engine;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How long a denoising pass of UniForm takes, against plain matrix products of the same minutes.
 * Random weights, on the CPU.
 */
public final class UniFormBench {
  /**
   * The figures.
   *
   * @param parameters of the network
   * @param tokens of one example
   * @param captionTokens that each of them attends to
   * @param threads one operation may use
   * @param rounds measured passes
   * @param pass one example, without guidance
   * @param peakBytes the most that the process held
   */
  public record Report(
      long parameters,
      int tokens,
      int captionTokens,
      int threads,
      int rounds,
      DenoisingPass pass,
      long peakBytes) {}

  private UniFormBench() {}

  /**
   * Measures.
   *
   * @param captionTokens of the caption
   */
  public static Report run(UniFormConfig config, int captionTokens, int rounds) {
    Check.within("caption tokens", captionTokens, 1, config.text().tokens());
    Check.atLeast("rounds", rounds, 1);
    Engine.start();
    try (Rng rng = new Rng(1);
        UniForm net = new UniForm(config, rng);
        TensorScope scope = TensorScope.open()) {
      net.eval();
      DenoisingPass pass =
          DenoisingPass.measure(
              net,
              latents(config, rng),
              levels(config, rng),
              told(config, captionTokens, rng),
              config.forwardFlops(captionTokens),
              rounds);
      return new Report(
          StateDict.parameterCount(net),
          config.tokens(),
          captionTokens,
          Engine.threads(),
          rounds,
          pass,
          ResidentSet.peakBytes());
    }
  }

  private static Latents latents(UniFormConfig config, Rng rng) {
    UniFormConfig.Video video = config.video();
    UniFormConfig.Audio audio = config.audio();
    return Latents.of(
        rng.normal(1, video.frames(), video.height(), video.width(), video.channels()),
        audio.frequencies() == null
            ? rng.normal(1, audio.length(), audio.channels())
            : rng.normal(1, audio.length(), audio.frequencies(), audio.channels()));
  }

  private static NoiseLevels levels(UniFormConfig config, Rng rng) {
    Tensor t = rng.integers(1, LinearBetaSchedule.STEPS + 1L, 1, 1);
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO, t.repeat(1, config.video().frames()),
            Modality.AUDIO, t.repeat(1, config.audio().length())));
  }

  private static Conditions told(UniFormConfig config, int tokens, Rng rng) {
    return Conditions.NONE.withText(
        new Conditions.Text(
            rng.normal(1, tokens, config.text().width()), ones(1, tokens).to(ScalarType.Bool)));
  }
}
