package kinetone.system.avdit;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.AudioLayout;
import kinetone.codec.Codecs;
import kinetone.codec.VideoLayout;
import kinetone.common.Check;
import kinetone.diffusion.Denoiser;
import kinetone.media.ClipFormat;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
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

/** AV-DiT (Wang et al. 2024): picture and sound together, from a frozen picture model. */
public final class AvDitSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "av-dit";

  /** 16 frames in 1.6 s, where nobody says otherwise. */
  private static final double FRAMES_PER_SECOND = 10;

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "AV-DiT: picture and sound together, from a frozen picture model with small trained parts";
  }

  @Override
  public List<Part> parts() {
    return List.of(Part.denoiser(AdapterAvDiT.TYPE), Part.videoCodec(), Part.audioCodec());
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.of(TaskKind.JOINT);
  }

  @Override
  public List<Option<?>> options() {
    return AvDitOptions.ALL;
  }

  /** DiT's sampling: 250 ancestral steps, guidance 4. */
  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 250)
        .with(CommonOptions.GUIDANCE_SCALE, 4.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
  }

  @Override
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    AdapterAvDiTConfig network = network(parts);
    VideoLayout pictures = Codecs.describeVideo(parts.get("video_codec")).video();
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    int side = network.base().inputSize() * pictures.spaceFactor();
    return asked.withSound(
        side,
        side,
        Math.toIntExact(pictures.time().boundary(network.frames())),
        asked.framesPerSecond().orElse(FRAMES_PER_SECOND),
        sound.sampleRate().isPresent()
            ? asked.agreedSampleRate(sound.sampleRate().getAsInt())
            : asked.sampleRate().orElse(SAMPLE_RATE),
        network.audio().length(),
        sound.time());
  }

  private static AdapterAvDiTConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), AdapterAvDiTConfig.class);
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    AdapterAvDiTConfig network = network(parts);
    VideoLayout pictures = Codecs.describeVideo(parts.get("video_codec")).video();
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    AdapterAvDiTConfig.Audio audio = network.audio();
    Check.that(
        pictures.channels() == network.base().channels()
            && sound.channels() == audio.channels()
            && sound.frequencies().orElse(0) == audio.frequencies(),
        "%s: the codecs have %d picture channels and %d x %d of sound, the denoiser %d and %d x %d; the"
            + " parts are from different models",
        parts.what(),
        pictures.channels(),
        sound.frequencies().orElse(0),
        sound.channels(),
        network.base().channels(),
        audio.frequencies(),
        audio.channels());
    ClipFormat format = index.format();
    int[] video = pictures.latent(format.frames(), format.height(), format.width());
    int length = sound.time().latents(format.samples());
    int side = network.base().inputSize();
    Check.that(
        video[0] == network.frames()
            && video[1] == side
            && video[2] == side
            && length == audio.length(),
        "%s: a clip of its format has %d x %d x %d picture latents and %d of sound, the denoiser wants"
            + " %d x %d x %d and %d; the parts are from different models",
        parts.what(),
        video[0],
        video[1],
        video[2],
        length,
        network.frames(),
        side,
        side,
        audio.length());
    sound
        .sampleRate()
        .ifPresent(
            rate ->
                Check.that(
                    rate == format.sampleRate(),
                    "%s: the sound codec is for %d Hz, the clips have %d Hz",
                    parts.what(),
                    rate,
                    format.sampleRate()));
    ClassLabel.read(index.defaults().get(AvDitOptions.CLASS_LABEL), network.base());
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, index, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static AvDitModel open(
      ModelParts parts, ModelIndex index, Device device, UnaryOperator<Denoiser> around) {
    AdapterAvDiTConfig config = network(parts);
    AdapterAvDiT network =
        ComponentFolder.network(parts.get("denoiser"), rng -> new AdapterAvDiT(config, rng));
    return new AvDitModel(
        network,
        around.apply(network),
        Codecs.openVideo(parts.get("video_codec")),
        Codecs.openAudio(parts.get("audio_codec")),
        index.format(),
        device);
  }
}
