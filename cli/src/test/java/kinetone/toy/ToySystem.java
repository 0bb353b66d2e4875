package kinetone.toy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.AudioLayout;
import kinetone.codec.Codecs;
import kinetone.codec.LatentCodec;
import kinetone.codec.VideoLayout;
import kinetone.common.Check;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.ClipFormat;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Part;
import kinetone.pipeline.Sampling;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/** Joint clips by {@link Toy}. */
public final class ToySystem implements GenerativeSystem {
  /** How much of the predicted noise counts. */
  public static final Option<Double> TOY_STRENGTH =
      Option.number("toy_strength", 1, 0, 2, "How much of the noise counts.");

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public String summary() {
    return "A linear map, to show how a system is added";
  }

  @Override
  public List<Part> parts() {
    return List.of(Part.denoiser(Toy.TYPE), Part.videoCodec(), Part.audioCodec());
  }

  @Override
  public Set<TaskKind> tasks() {
    return Set.of(TaskKind.JOINT);
  }

  @Override
  public List<Option<?>> options() {
    return List.of(TOY_STRENGTH);
  }

  @Override
  public OptionValues defaults() {
    return OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 3);
  }

  private static Toy.Config network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), Toy.Config.class);
  }

  @Override
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    Toy.Config network = network(parts);
    VideoLayout pictures = Codecs.describeVideo(parts.get("video_codec")).video();
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    return asked.withSound(
        network.width() * pictures.spaceFactor(),
        network.height() * pictures.spaceFactor(),
        (int) pictures.time().boundary(network.frames()),
        asked.framesPerSecond().orElse(8.0),
        asked.sampleRate().orElse(16_000),
        network.length(),
        sound.time());
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    int there = Codecs.describeVideo(parts.get("video_codec")).channels();
    Check.that(
        there == network(parts).channels(),
        "%s: the codec has %d channels, the denoiser %d",
        parts.what(),
        there,
        network(parts).channels());
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    Toy toy = ComponentFolder.network(parts.get("denoiser"), rng -> new Toy(network(parts), rng));
    return new Model(
        toy,
        Map.of(
            Modality.VIDEO, Codecs.openVideo(parts.get("video_codec")),
            Modality.AUDIO, Codecs.openAudio(parts.get("audio_codec"))),
        device);
  }

  private record Model(Toy toy, Map<Modality, LatentCodec<?>> codecs, Device device)
      implements DiffusionModel {
    @Override
    public Map<Modality, long[]> shapes() {
      Toy.Config c = toy.config();
      return Map.of(
          Modality.VIDEO, new long[] {1, c.frames(), c.height(), c.width(), c.channels()},
          Modality.AUDIO, new long[] {1, c.length(), c.sound()});
    }

    @Override
    public TaskMask mask(Task task) {
      return TaskMask.all(
          Map.of(Modality.VIDEO, toy.config().frames(), Modality.AUDIO, toy.config().length()));
    }

    @Override
    public DiffusionConfig diffusion() {
      return toy.config().diffusion();
    }

    @Override
    public Sampling sampling(
        Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams) {
      NoiseSchedule schedule = diffusion().noiseSchedule();
      double strength = options.get(TOY_STRENGTH);
      return new Sampling(
          (noisy, levels, conditions) -> {
            kinetone.diffusion.Denoiser.Prediction all = toy.predict(noisy, levels, conditions);
            return kinetone.diffusion.Denoiser.Prediction.ofNoise(all.noise().times(strength));
          },
          sampler(options, schedule));
    }

    @Override
    public int streams() {
      return 2;
    }

    @Override
    public int decodingStream() {
      return 1;
    }

    @Override
    public void close() {
      codecs.values().forEach(LatentCodec::close);
      toy.close();
    }
  }
}
