package kinetone.system.mdsgen;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.AudioLayout;
import kinetone.codec.CodecDescription;
import kinetone.codec.Codecs;
import kinetone.codec.MelCodec;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Denoiser;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.media.ClipFormat;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
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
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Device;

/**
 * MDSGen (Pham, Ton, Yoo 2025): sound for pictures, of which it sees CAVP's features. Of CAVP only
 * the network for pictures is kept.
 */
public final class MdsgenSystem implements GenerativeSystem {
  /** Its name. */
  public static final String NAME = "mdsgen";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "MDSGen: sound for pictures, by a masked diffusion transformer on spectrograms";
  }

  @Override
  public List<Part> parts() {
    return List.of(
        Part.denoiser(Mdsgen.TYPE),
        Part.audioCodec(),
        new Part(
            "cavp",
            "cavp",
            true,
            Set.of(Cavp.FOLDER.type()),
            "the network for picture features",
            MdsgenSystem::copyPictures),
        Part.optional(
            "vocoder",
            "audio_codec/" + MelCodec.VOCODER,
            VocoderFolder.TYPE,
            "the vocoder of the sound codec; without one spectrograms become sound by iteration"),
        Part.optional(
            "align",
            "align",
            AlignmentClassifier.FOLDER.type(),
            "the alignment classifier, for guidance"));
  }

  private static void copyPictures(Path from, Path to) {
    try (Cavp network = Cavp.FOLDER.load(from)) {
      network.savePictures(to, ComponentFolder.dtype(from));
    }
  }

  @Override
  public Set<TaskKind> tasks() {
    return EnumSet.of(TaskKind.V2A);
  }

  @Override
  public List<Option<?>> options() {
    return MdsgenOptions.ALL;
  }

  @Override
  public OptionValues defaults() {
    return OptionValues.NONE
        .with(CommonOptions.NUM_INFERENCE_STEPS, 25)
        .with(CommonOptions.GUIDANCE_SCALE, 3.0)
        .with(CommonOptions.SAMPLER, SamplerChoice.DPMPP);
  }

  private static MdsgenConfig network(ModelParts parts) {
    return ComponentFolder.config(parts.get("denoiser"), MdsgenConfig.class);
  }

  private static CavpConfig features(ModelParts parts) {
    return ComponentFolder.config(parts.get("cavp"), CavpConfig.class);
  }

  private static Optional<AlignmentConfig> alignment(ModelParts parts) {
    return parts.find("align").map(at -> ComponentFolder.config(at, AlignmentConfig.class));
  }

  private static int rate(ModelParts parts, AudioLayout sound) {
    return sound
        .sampleRate()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "%s: the sound codec is none of spectrograms", parts.what()));
  }

  @Override
  public ClipFormat format(ModelParts parts, AskedFormat asked) {
    MdsgenConfig network = network(parts);
    CavpConfig features = features(parts);
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    return asked.withSound(
        features.size(),
        features.size(),
        network.features().frames(),
        asked.agreedFramesPerSecond(features.framesPerSecond()),
        asked.agreedSampleRate(rate(parts, sound)),
        network.latent().length(),
        sound.time());
  }

  @Override
  public void requireFit(ModelParts parts, ModelIndex index) {
    MdsgenConfig network = network(parts);
    ClipFormat format = index.format();
    CodecDescription sound = Codecs.describeAudio(parts.get("audio_codec"));
    MdsgenConfig.Latent latent = network.latent();
    Check.that(
        sound.channels() == latent.channels(),
        "%s: the codec has %d latent channels, the denoiser %d; the parts are from different"
            + " models",
        parts.what(),
        sound.channels(),
        latent.channels());
    int rate = rate(parts, sound.audio());
    Check.that(
        rate == format.sampleRate(),
        "%s: the spectrograms are of sound at %d Hz, the clips have %d Hz",
        parts.what(),
        rate,
        format.sampleRate());
    int[] made = sound.audio().latent(format.samples());
    Check.that(
        made[0] == latent.length() && made[1] == latent.frequencies(),
        "%s: the codec makes %d x %d latents (time x frequency) of a clip's sound, the denoiser wants"
            + " %d x %d; the parts are from different models",
        parts.what(),
        made[0],
        made[1],
        latent.length(),
        latent.frequencies());
    requireFit(parts, network, format);
    alignment(parts).ifPresent(config -> requireFit(parts, network, config));
    Check.that(
        alignment(parts).isPresent()
            || index.defaults().get(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE) == 0,
        "%s: model_index.json asks for guidance by an alignment classifier, but there is none (part"
            + " align)",
        parts.what());
  }

  private static void requireFit(ModelParts parts, MdsgenConfig network, ClipFormat format) {
    CavpConfig features = features(parts);
    Check.that(
        features.width() == network.features().width()
            && format.frames() == network.features().frames()
            && features.size() == format.width()
            && features.size() == format.height()
            && features.framesPerSecond() == format.framesPerSecond(),
        "%s: the denoiser wants %d features for each of %d frames, the features are %d for each"
            + " of %d frames of %dx%d at %s Hz; the parts are from different models",
        parts.what(),
        network.features().width(),
        network.features().frames(),
        features.width(),
        format.frames(),
        features.size(),
        features.size(),
        features.framesPerSecond());
  }

  private static void requireFit(
      ModelParts parts, MdsgenConfig network, AlignmentConfig alignment) {
    Check.that(
        alignment.latentChannels() == network.latent().channels()
            && alignment.features() == network.features().width()
            && alignment.frames() >= network.features().frames(),
        "%s: the alignment classifier is for latents of %d channels and %d features of up to %d"
            + " frames, the denoiser has %d channels and %d features of %d frames; the parts are"
            + " from different models",
        parts.what(),
        alignment.latentChannels(),
        alignment.features(),
        alignment.frames(),
        network.latent().channels(),
        network.features().width(),
        network.features().frames());
    AlignmentConfig.Shape used =
        new AlignmentConfig.Shape(network.features().frames(), network.latent().length());
    Check.that(
        alignment.wasTrainedOn(used),
        "%s: the alignment classifier was trained on %s, the denoiser would use it on %d with %d;"
            + " train one in that shape (pairs.window, on longer clips) or leave the part align out",
        parts.what(),
        alignment.trainedOnWords(),
        used.frames(),
        used.latents());
  }

  @Override
  public DiffusionModel open(
      ModelParts parts, ModelIndex index, Device device, Precision precision) {
    return open(parts, device, network -> new MixedPrecision(network, device, precision));
  }

  /** The same with {@code around} the network, such as one that spies. */
  static MdsgenModel open(ModelParts parts, Device device, UnaryOperator<Denoiser> around) {
    Path denoiser = parts.get("denoiser");
    MdsgenConfig config = network(parts);
    Mdsgen network = ComponentFolder.network(denoiser, rng -> new Mdsgen(config, rng));
    return new MdsgenModel(
        network,
        around.apply(network),
        Codecs.openAudio(parts.get("audio_codec")),
        Cavp.FOLDER.load(parts.get("cavp")),
        parts.find("align").map(AlignmentClassifier.FOLDER::load),
        device);
  }
}
