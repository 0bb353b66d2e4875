package kinetone.pipeline;

import java.util.Map;
import java.util.Set;
import kinetone.codec.LatentCodec;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import org.bytedeco.pytorch.Device;

/**
 * The loaded parts of a model, as {@link DiffusionPipeline} uses them: what a system does in its
 * own way. Called inside of scopes, without gradients.
 */
public interface DiffusionModel extends AutoCloseable {
  /** Where the networks are. */
  Device device();

  /** The codecs of the modalities that are diffused. */
  Map<Modality, LatentCodec<?>> codecs();

  /** The shape of the latents of each modality that is diffused, batch 1. */
  Map<Modality, long[]> shapes();

  /** The modalities that are given as {@link Conditions} and not as latents. */
  default Set<Modality> observed() {
    return Set.of();
  }

  /**
   * Refuses options that do not go together, or that need parts that are not there; called before
   * anything is read.
   *
   * @param options of the request over the model's defaults
   * @throws kinetone.common.KinetoneException of kind USER
   */
  default void check(GenerateRequest request, OptionValues options) {}

  /** Which latent positions {@code task} generates. */
  TaskMask mask(Task task);

  /**
   * What the network is told besides latents.
   *
   * @param given in the model's format: what the mask leaves given, and what is {@link #observed}
   */
  default Conditions conditions(Given given, OptionValues options) {
    return Conditions.NONE;
  }

  /** The diffusion that the denoiser was trained for. */
  DiffusionConfig diffusion();

  /**
   * The denoiser with its guidance, and the sampler.
   *
   * @param options of the request over the model's defaults
   * @param given standardised latents, anything at generated positions
   * @param streams of noise of this window; {@link NoiseStreams#SAMPLER} is the sampler's
   */
  Sampling sampling(
      Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams);

  /** How many streams of noise a window needs. */
  int streams();

  /** The stream of what decoding draws. */
  int decodingStream();

  /**
   * How the sound of a long video is put together; windows that are crossfaded unless a system
   * knows better.
   */
  default WindowedSound windows(DiffusionPipeline pipeline, GenerateRequest request) {
    return CrossfadedWindows.of(pipeline, request);
  }

  /** The sampler that {@code options} ask for. */
  default Sampler sampler(OptionValues options, NoiseSchedule schedule) {
    return options
        .get(CommonOptions.SAMPLER)
        .sampler(
            schedule,
            options.get(CommonOptions.NUM_INFERENCE_STEPS),
            options.get(CommonOptions.VARIANCE).or(diffusion().variance()));
  }

  /** {@code network} as a predictor of noise. */
  default Denoiser noisePredictor(Denoiser network, NoiseSchedule schedule) {
    return diffusion().prediction().noisePrediction(network, schedule);
  }

  @Override
  void close();
}
