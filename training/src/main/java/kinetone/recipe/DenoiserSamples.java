package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import kinetone.signal.ClipTensors;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.sampler.DdimSampler;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.task.TaskMask;
import kinetone.latent.CodecFolder;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiTConfig;
import kinetone.report.SampleSheet;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Joint clips of a denoiser in training: DDIM without guidance, then the codecs. Clip k always
 * starts from the noise of seed k, so that pictures of two steps compare.
 */
final class DenoiserSamples implements AutoCloseable {
  private final Samples plan;
  private final AvDiTConfig config;
  private final ClipFormat format;
  private final NoiseSchedule schedule;
  private final SelfConditioning selfConditioning;
  private final CodecFolder.Loaded<CausalVideoAutoencoder> video;
  private final CodecFolder.Loaded<CausalAudioAutoencoder> audio;
  private final Device device;

  /**
   * Owns the codecs from now on.
   *
   * @param plan with denoising steps
   * @param selfConditioning what the network is told in training, with rate 1 or 0
   */
  DenoiserSamples(
      Samples plan,
      AvDiTConfig config,
      ClipFormat format,
      NoiseSchedule schedule,
      SelfConditioning selfConditioning,
      CodecFolder.Loaded<CausalVideoAutoencoder> video,
      CodecFolder.Loaded<CausalAudioAutoencoder> audio,
      Device device) {
    this.plan = plan;
    this.config = config;
    this.format = format;
    this.schedule = schedule;
    this.selfConditioning = selfConditioning;
    this.video = video;
    this.audio = audio;
    this.device = device;
    for (org.bytedeco.pytorch.Module codec :
        List.of(video.codec().module(), audio.codec().module())) {
      codec.to(device, false);
      codec.eval();
    }
  }

  /** Draws what {@code network}, a predictor of noise, makes. */
  BufferedImage draw(Denoiser network) {
    List<Clip> clips = new ArrayList<>();
    try (SeededNoise noise = SeededNoise.of(LongStream.range(0, plan.count()).toArray());
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Latents shape = empty();
      TaskMask everything =
          TaskMask.all(
              java.util.Map.of(
                  Modality.VIDEO,
                  config.video().frames(),
                  Modality.AUDIO,
                  config.audio().length()));
      Latents latents =
          DdimSampler.deterministic(schedule, plan.steps())
              .sample(
                  SamplingRequest.of(network, shape, everything, noise)
                      .withSelfConditioning(selfConditioning));
      for (long k = 0; k < plan.count(); k++) {
        try (TensorScope one = TensorScope.open()) {
          clips.add(decode(latents.video().narrow(0, k, 1), latents.audio().narrow(0, k, 1)));
        }
      }
    }
    return SampleSheet.draw(clips);
  }

  private Latents empty() {
    AvDiTConfig.Video picture = config.video();
    Tensor pictures =
        torch.zeros(
            plan.count(), picture.frames(), picture.height(), picture.width(), picture.channels());
    Tensor sounds = torch.zeros(plan.count(), config.audio().length(), config.audio().channels());
    return Latents.of(pictures, sounds).map(t -> t.to(device, t.scalar_type()));
  }

  private Clip decode(Tensor pictures, Tensor sound) {
    return Clip.of(
        ClipTensors.toVideo(
            video.codec().decode(video.statistics().restore(pictures)).get(0),
            format.framesPerSecond()),
        ClipTensors.toAudio(
            audio.codec().decode(audio.statistics().restore(sound)).get(0), format));
  }

  @Override
  public void close() {
    video.codec().close();
    audio.codec().close();
  }
}
