package kinetone.system.monl;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.AudioLayout;
import kinetone.codec.CodecDescription;
import kinetone.codec.Codecs;
import kinetone.codec.VideoLayout;
import kinetone.common.Check;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.MixedPrecision;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Part;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/**
 * AVDiT with a Mixture of Noise Levels (Kim et al. 2024): any part of picture and sound from any
 * other.
 */
public final class MonlSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "monl";

  /** Rates of which components know nothing, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 8;

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AVDiT with a Mixture of Noise Levels: picture and sound, from each other and together";
  }

  @Override
  public List<Part> parts() {
    return List.of(Part.denoiser(AvDiT.TYPE), Part.videoCodec(), Part.audioCodec());
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.allOf(TaskKind.class);
  }

  @Override
  public List<Option<?>> options() {
    return MonlOptions.ALL;
  }

  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 50)
        .with(CommonOptions.GUIDANCE_SCALE, 3.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
  }

  @Override
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    AvDiTConfig network = network(parts);
    VideoLayout pictures = Codecs.describeVideo(parts.get("video_codec")).video();
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    AvDiTConfig.Video video = network.video();
    return asked.withSound(
        video.width() * pictures.spaceFactor(),
        video.height() * pictures.spaceFactor(),
        Math.toIntExact(pictures.time().boundary(video.frames())),
        asked.framesPerSecond().orElse(FRAMES_PER_SECOND),
        sound.sampleRate().isPresent()
            ? asked.agreedSampleRate(sound.sampleRate().getAsInt())
            : asked.sampleRate().orElse(SAMPLE_RATE),
        network.audio().length(),
        sound.time());
  }

  private static AvDiTConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), AvDiTConfig.class);
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    AvDiTConfig network = network(parts);
    CodecDescription pictures = Codecs.describeVideo(parts.get("video_codec"));
    CodecDescription sound = Codecs.describeAudio(parts.get("audio_codec"));
    ClipFormat format = index.format();
    Check.that(
        pictures.channels() == network.video().channels()
            && sound.channels() == network.audio().channels(),
        "%s: the codecs have %d and %d latent channels, the denoiser %d and %d; the parts are from"
            + " different models",
        parts.what(),
        pictures.channels(),
        sound.channels(),
        network.video().channels(),
        network.audio().channels());
    Check.that(
        sound.audio().frequencies().isEmpty(),
        "%s: the sound codec's latents have an axis of frequency, the denoiser's have none",
        parts.what());
    int[] video = pictures.video().latent(format.frames(), format.height(), format.width());
    int samples = sound.audio().time().latents(format.samples());
    Check.that(
        video[0] == network.video().frames()
            && video[1] == network.video().height()
            && video[2] == network.video().width()
            && samples == network.audio().length(),
        "%s: a clip of its format has %d x %d x %d picture latents and %d of sound, the denoiser wants"
            + " %d x %d x %d and %d; the parts are from different models",
        parts.what(),
        video[0],
        video[1],
        video[2],
        samples,
        network.video().frames(),
        network.video().height(),
        network.video().width(),
        network.audio().length());
    sound
        .audio()
        .sampleRate()
        .ifPresent(
            rate ->
                Check.that(
                    rate == format.sampleRate(),
                    "%s: the sound codec is for %d Hz, the clips have %d Hz",
                    parts.what(),
                    rate,
                    format.sampleRate()));
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static MonlModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    Path denoiser = parts.get("denoiser");
    AvDiTConfig config = network(parts);
    AvDiT network = ComponentFolder.network(denoiser, rng -> new AvDiT(config, rng));
    return new MonlModel(
        network,
        around.apply(network),
        Codecs.openVideo(parts.get("video_codec")),
        Codecs.openAudio(parts.get("audio_codec")),
        index.format(),
        device);
  }
}
