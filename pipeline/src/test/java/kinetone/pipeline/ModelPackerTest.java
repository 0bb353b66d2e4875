package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.mel.MelFilterBank;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPackerTest {
  private static final GenerativeSystem MDSGEN = Systems.named("mdsgen");
  private static final GenerativeSystem MONL = Systems.named("monl");
  private static final Path SHIPPED = Path.of("../models/mdsgen-scenes");

  /** 5 frames at 8 Hz are 10 000 samples, 62 frames of spectrogram, 15 latents. */
  private static final int LENGTH = 15;

  private static final int CHANNELS = 3;
  private static final int WIDTH = 6;
  private static final ClipFormat FORMAT = new ClipFormat(16, 16, 5, 8, 10_000, 16_000);

  /** AudioLDM's at half the rate. */
  private static final MelFrontEndConfig SLOW =
      new MelFrontEndConfig(
          new WaveformNormalisation(true, 0.5),
          new MelSpectrogramConfig(StftConfig.of(512, 80), MelFilterBank.slaney(8000, 512, 64), 1),
          0,
          LogCompression.NATURAL,
          MelFrontEndConfig.Ending.DROP_LAST_FRAME);

  @TempDir static Path parts;
  @TempDir Path folder;

  @BeforeAll
  static void writeParts() {
    TinyModel.write(parts.resolve("monl"));
    try (Rng rng = new Rng(3)) {
      denoiser("denoiser", LENGTH, rng);
      denoiser("long-denoiser", 20, rng);
      codec("mel", MelFrontEndConfig.AUDIO_LDM, CHANNELS, rng);
      codec("slow-mel", SLOW, CHANNELS, rng);
      codec("other-mel", MelFrontEndConfig.AUDIO_LDM, CHANNELS + 1, rng);
      Cavp.FOLDER.save(parts.resolve("cavp"), cavp(rng), ScalarType.Half);
      Cavp.FOLDER.save(parts.resolve("cavp-float"), cavp(rng), ScalarType.Float);
      HiFiGanConfig generator =
          new HiFiGanConfig(64, 8, List.of(10, 8), List.of(20, 16), List.of(3), List.of(1), 0.01);
      for (String name : List.of("vocoder", "other-vocoder")) {
        VocoderFolder.save(
            parts.resolve(name), new HiFiGan(generator, rng), SLOW, ScalarType.Float);
      }
      for (int features : new int[] {WIDTH, WIDTH + 2}) {
        AlignmentConfig config =
            new AlignmentConfig(
                    CHANNELS, 4, List.of(1, 1), List.of(false, true), 2, 2, features, 8, 5)
                .trainedOn(new AlignmentConfig.Shape(5, LENGTH));
        AlignmentClassifier.FOLDER.save(
            parts.resolve("align-" + features),
            new AlignmentClassifier(config, rng),
            ScalarType.Float);
      }
    }
  }

  private static void denoiser(String name, int length, Rng rng) {
    MdsgenConfig config =
        new MdsgenConfig(
            2,
            16,
            2,
            1,
            Gelu.ERF,
            16,
            new MdsgenConfig.Latent(length, 16, CHANNELS, 4, MdsgenConfig.Rows.TIME),
            new MdsgenConfig.Features(5, WIDTH));
    Mdsgen network = new Mdsgen(config, rng);
    shake(network, rng);
    ComponentFolder.write(
        parts.resolve(name), Mdsgen.TYPE, config, StateDict.of(network), ScalarType.Float);
  }

  private static void codec(String name, MelFrontEndConfig frontEnd, int channels, Rng rng) {
    AutoencoderKlConfig config =
        new AutoencoderKlConfig(
            1, List.of(4, 4, 4), 1, false, 2, channels, -6, 3, Regularisation.noise(1e-3, 0.03));
    CodecFolder.save(
        parts.resolve(name),
        MelCodec.FORMAT,
        new MelCodec(new MelCodecConfig(config, frontEnd), new AutoencoderKl(config, rng)),
        LatentStatistics.identity(channels),
        ScalarType.Float);
  }

  private static Cavp cavp(Rng rng) {
    Cavp network =
        new Cavp(
            new CavpConfig(
                16,
                8,
                WIDTH,
                new ResNet3dConfig(4, List.of(1), List.of(true), 1, 3, true),
                new Cnn14Config(8, List.of(new Cnn14Config.Level(2, 2, 2)), 0)),
            rng);
    network.eval();
    return network;
  }

  /** Networks start with gates of zero; without them the conditions would have no effect. */
  private static void shake(Mdsgen network, Rng rng) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Tensor parameter : StateDict.parameters(network).values()) {
        parameter.add_(rng.normal(parameter.shape()).mul(new Scalar(0.1)));
      }
    }
  }

  private static Map<String, Path> mdsgen(String denoiser, String codec, String cavp) {
    return Map.of(
        "denoiser", parts.resolve(denoiser),
        "audio_codec", parts.resolve(codec),
        "cavp", parts.resolve(cavp));
  }

  private static Map<String, Path> mdsgen() {
    return mdsgen("denoiser", "mel", "cavp");
  }

  private static Map<String, Path> with(Map<String, Path> folders, String role, String part) {
    Map<String, Path> more = new HashMap<>(folders);
    more.put(role, parts.resolve(part));
    return more;
  }

  /** With a vocoder, which is faster than iteration. */
  private static Map<String, Path> voiced(String cavp) {
    return with(mdsgen("denoiser", "slow-mel", cavp), "vocoder", "vocoder");
  }

  private static AskedFormat samples(int samples) {
    return new AskedFormat(Optional.empty(), Optional.empty(), Optional.of(samples));
  }

  private static ModelPacker asking(
      GenerativeSystem system, Map<String, Path> folders, AskedFormat asked) {
    return new ModelPacker(system, folders, asked, Optional.of("mine"), OptionValues.NONE);
  }

  @Test
  void mdsgen_is_packed_with_the_format_of_its_components_and_half_of_cavp() {
    Path model = folder.resolve("models/mine");
    ModelPacker.of(MDSGEN, mdsgen()).pack(model);
    ModelIndex index = ModelIndex.read(model);
    assertThat(index.format()).isEqualTo(FORMAT);
    assertThat(index.description())
        .isEqualTo("5 pictures of 16x16 at 8.00 fps, 0.625 s of sound at 16000 Hz");
    assertThat(index.system()).isEqualTo("mdsgen");
    assertThat(index.defaults())
        .isEqualTo(
            OptionValues.NONE
                .with(CommonOptions.NUM_INFERENCE_STEPS, 25)
                .with(CommonOptions.GUIDANCE_SCALE, 3.0)
                .with(CommonOptions.SAMPLER, SamplerChoice.DPMPP));
    same(parts.resolve("denoiser"), model.resolve("denoiser"));
    same(parts.resolve("mel"), model.resolve("audio_codec"));
    assertThat(ComponentFolder.config(model.resolve("cavp"), CavpConfig.class).sound()).isNull();
    assertThat(ComponentFolder.dtype(model.resolve("cavp"))).isEqualTo(ScalarType.Half);
  }

  private static void same(Path component, Path copy) {
    for (String file : List.of("config.json", "model.safetensors")) {
      assertThat(copy.resolve(file)).hasSameBinaryContentAs(component.resolve(file));
    }
  }

  /** The control: another CAVP makes another sound. */
  @Test
  void half_of_cavp_makes_the_sound_that_all_of_it_makes() throws IOException {
    Path model = folder.resolve("half");
    ModelPacker.of(MDSGEN, voiced("cavp")).pack(model);
    Path whole = folder.resolve("whole");
    for (String component : List.of("denoiser", "audio_codec", "audio_codec/vocoder")) {
      ComponentFolder.copy(model.resolve(component), whole.resolve(component));
    }
    ComponentFolder.copy(parts.resolve("cavp"), whole.resolve("cavp"));
    Files.copy(model.resolve(ModelIndex.FILE), whole.resolve(ModelIndex.FILE));
    Path other = folder.resolve("other");
    ModelPacker.of(MDSGEN, voiced("cavp-float")).pack(other);
    assertThat(ComponentFolder.dtype(other.resolve("cavp"))).isEqualTo(ScalarType.Float);
    float[] sound = sound(model);
    assertThat(sound(whole)).isEqualTo(sound);
    assertThat(sound(other)).isNotEqualTo(sound);
  }

  private static float[] sound(Path model) {
    Clip clip = Clip.of(TinyClips.video(0.625, 16, 16, 8));
    GenerateRequest request =
        GenerateRequest.of(new Task.VideoToAudio()).video(clip).numInferenceSteps(2).build();
    try (Pipeline pipeline = Kinetone.load(model, Kinetone.Options.CPU)) {
      return pipeline.generate(request).clip().audio().orElseThrow().samples()[0];
    }
  }

  @Test
  void a_codec_brings_its_rate_and_optional_parts_go_with_it() {
    Path model = folder.resolve("mine");
    ModelPacker.of(MDSGEN, with(voiced("cavp"), "align", "align-" + WIDTH)).pack(model);
    ModelIndex index = ModelIndex.read(model);
    assertThat(index.format()).isEqualTo(new ClipFormat(16, 16, 5, 8, 5000, 8000));
    same(parts.resolve("vocoder"), model.resolve("audio_codec/vocoder"));
    same(parts.resolve("align-" + WIDTH), model.resolve("align"));
  }

  @Test
  void the_vocoder_of_a_codec_goes_with_it_unless_another_is_named() {
    Path first = folder.resolve("first");
    ModelPacker.of(MDSGEN, voiced("cavp")).pack(first);
    Map<String, Path> again = new HashMap<>(mdsgen());
    again.put("audio_codec", first.resolve("audio_codec"));
    Path second = folder.resolve("second");
    ModelPacker.of(MDSGEN, again).pack(second);
    same(parts.resolve("vocoder"), second.resolve("audio_codec/vocoder"));
    again.put("vocoder", parts.resolve("other-vocoder"));
    Path third = folder.resolve("third");
    ModelPacker.of(MDSGEN, again).pack(third);
    same(parts.resolve("other-vocoder"), third.resolve("audio_codec/vocoder"));
    assertThat(parts.resolve("other-vocoder/model.safetensors"))
        .satisfies(
            other ->
                assertThat(Files.mismatch(other, parts.resolve("vocoder/model.safetensors")))
                    .isNotNegative());
  }

  @Test
  void the_sound_is_as_long_as_asked_or_as_the_latent_where_the_pictures_are_too_short() {
    assertThat(asking(MDSGEN, mdsgen(), samples(10_200)).index().format().samples())
        .isEqualTo(10_200);
    assertThat(
            ModelPacker.of(MDSGEN, mdsgen("long-denoiser", "mel", "cavp"))
                .index()
                .format()
                .samples())
        .isEqualTo(20 * 4 * 160);
  }

  @Test
  void monl_is_packed_with_the_rates_that_users_say() {
    Path from = parts.resolve("monl");
    Map<String, Path> monl =
        Map.of(
            "denoiser", from.resolve("denoiser"),
            "video_codec", from.resolve("video_codec"),
            "audio_codec", from.resolve("audio_codec"));
    AskedFormat asked = new AskedFormat(Optional.of(8.0), Optional.of(8000), Optional.empty());
    Path model = folder.resolve("mine");
    asking(MONL, monl, asked).pack(model);
    assertThat(ModelIndex.read(model).format()).isEqualTo(TinyModel.FORMAT);
    for (String component : List.of("denoiser", "video_codec", "audio_codec")) {
      same(from.resolve(component), model.resolve(component));
    }
    refused(
        MONL,
        Map.of(
            "denoiser", from.resolve("denoiser"),
            "video_codec", from.resolve("audio_codec"),
            "audio_codec", from.resolve("video_codec")),
        asked,
        "audio_codec holds a CausalAudioAutoencoder; expected is a codec of pictures");
    refused(MONL, monl, samples(9001), "9001 samples are 61 positions", "the denoiser's has 60");
    TinyModel.writeAudioCodec(folder.resolve("wide"), 5);
    refused(
        MONL,
        with(monl, "audio_codec", folder.resolve("wide/audio_codec").toString()),
        asked,
        "the codecs have 4 picture channels and 5 of sound, the denoiser 4 and 4");
    // Components that know no rates get the usual ones.
    assertThat(ModelPacker.of(MONL, monl).index().format())
        .isEqualTo(new ClipFormat(16, 16, 9, 8, 9000, 16_000));
  }

  @Test
  void a_component_that_builds_on_another_is_packed_with_it() throws IOException {
    Path from = TinyModel.write(folder.resolve("from"));
    Path base = from.resolve("denoiser");
    Path tuned = folder.resolve("tuned");
    String name = retrain(base, tuned);
    Map<String, Path> monl =
        Map.of(
            "denoiser", tuned,
            "video_codec", from.resolve("video_codec"),
            "audio_codec", from.resolve("audio_codec"));
    Path packed = folder.resolve("packed");
    AskedFormat asked = new AskedFormat(Optional.of(8.0), Optional.of(8000), Optional.empty());
    asking(MONL, monl, asked).pack(packed);
    same(base, packed.resolve("denoiser_base"));
    // What it was made of is not needed, and it can be moved.
    AtomicFile.deleteQuietly(from);
    Path model = Files.createDirectory(folder.resolve("elsewhere")).resolve("model");
    Files.move(packed, model);
    Path inside = model.resolve("denoiser");
    assertThat(ComponentFolder.base(inside).orElseThrow().folder()).isEqualTo("../denoiser_base");
    try (TensorScope scope = TensorScope.open();
        TensorFile whole = ComponentFolder.open(inside);
        TensorFile before =
            SafeTensors.open(ComponentFolder.weights(model.resolve("denoiser_base")))) {
      Set<String> names = before.groups().get(TensorFile.ROOT).keySet();
      assertThat(whole.groups().get(TensorFile.ROOT).keySet()).isEqualTo(names);
      for (String each : names) {
        assertThat(whole.read(TensorFile.ROOT, each).equal(before.read(TensorFile.ROOT, each)))
            .as(each)
            .isEqualTo(!each.equals(name));
      }
    }
    Kinetone.load(model, Kinetone.Options.CPU).close();
  }

  /** A component in {@code to} with one tensor other than in {@code base}; returns its name. */
  private static String retrain(Path base, Path to) {
    try (TensorScope scope = TensorScope.open()) {
      Map.Entry<String, Tensor> first =
          SafeTensors.read(ComponentFolder.weights(base)).tensors().entrySet().iterator().next();
      ComponentFolder.write(
          to,
          ComponentFolder.type(base),
          TinyModel.DENOISER,
          Map.of(first.getKey(), first.getValue().add(new Scalar(1.0))),
          ScalarType.Float,
          Base.of(to, base, null));
      return first.getKey();
    }
  }

  @Test
  void components_that_do_not_fit_leave_nothing_behind() {
    AskedFormat nothing = AskedFormat.NOTHING;
    refused(
        MDSGEN,
        mdsgen("denoiser", "other-mel", "cavp"),
        nothing,
        "4 latent channels, the denoiser 3");
    refused(
        MDSGEN, mdsgen("mel", "denoiser", "cavp"), nothing, "mel holds a MelCodec; expected is a");
    refused(
        MDSGEN, mdsgen("denoiser", "cavp", "mel"), nothing, "mel holds a MelCodec; expected is a");
    refused(
        MDSGEN, mdsgen("denoiser", "cavp", "cavp"), nothing, "cavp holds a Cavp; expected is one");
    refused(MDSGEN, mdsgen("none", "mel", "cavp"), nothing, "none is not a model component");
    refused(
        MDSGEN,
        mdsgen(),
        samples(20_000),
        "20000 samples are 31 positions",
        "give other --samples");
    refused(
        MDSGEN,
        mdsgen(),
        new AskedFormat(Optional.of(4.0), Optional.empty(), Optional.empty()),
        "--fps is 4.0, but the components are for 8.0");
    refused(
        MDSGEN,
        with(mdsgen(), "align", "align-" + (WIDTH + 2)),
        nothing,
        "8 features of up to 5 frames");
    refused(MDSGEN, with(mdsgen(), "vocoder", "mel"), nothing, "expected is a HiFiGan");
    refused(
        MDSGEN,
        with(mdsgen(), "vocoder", "vocoder"),
        nothing,
        "out/audio_codec/vocoder was trained on other spectrograms");
  }

  @Test
  void parts_that_are_missing_or_unknown_are_named_with_those_there_are() {
    Map<String, Path> few = new HashMap<>(mdsgen());
    few.remove("cavp");
    refused(
        MDSGEN,
        few,
        AskedFormat.NOTHING,
        "needs --part cavp=FOLDER, the network for picture features",
        "vocoder (if wanted)");
    refused(
        MDSGEN,
        with(mdsgen(), "video_codec", "mel"),
        AskedFormat.NOTHING,
        "models of system mdsgen have no part 'video_codec'; they have: denoiser, audio_codec, cavp");
  }

  @Test
  void defaults_are_those_of_the_system_but_for_what_is_said() {
    OptionValues few = OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 7);
    ModelPacker packer =
        new ModelPacker(MDSGEN, mdsgen(), AskedFormat.NOTHING, Optional.empty(), few);
    assertThat(packer.index().defaults()).isEqualTo(few.over(MDSGEN.defaults()));
    OptionValues foreign = OptionValues.NONE.with(CommonOptions.PROMPT, "rain");
    assertThatThrownBy(
            () ->
                new ModelPacker(MDSGEN, mdsgen(), AskedFormat.NOTHING, Optional.empty(), foreign)
                    .index())
        .hasMessageContaining("prompt is not an option of mdsgen models");
    OptionValues guided = OptionValues.NONE.with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0);
    assertThatThrownBy(
            () ->
                new ModelPacker(MDSGEN, mdsgen(), AskedFormat.NOTHING, Optional.empty(), guided)
                    .index())
        .hasMessageContaining("asks for guidance by an alignment classifier");
  }

  private void refused(
      GenerativeSystem system, Map<String, Path> folders, AskedFormat asked, String... parts) {
    assertThatThrownBy(() -> asking(system, folders, asked).pack(folder.resolve("out")))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .message()
        .contains(parts)
        .doesNotContain(".tmp-")
        .hasLineCount(1);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(folder.toFile().list((at, name) -> name.startsWith("."))).isEmpty();
  }

  @Test
  void an_existing_folder_stays_as_it_is() throws IOException {
    Path file = Files.writeString(folder.resolve("diary.txt"), "mine");
    assertThatThrownBy(() -> ModelPacker.of(MDSGEN, mdsgen()).pack(folder))
        .hasMessageContaining("exists already");
    assertThat(file).hasContent("mine");
  }

  @Test
  void the_shipped_model_is_what_packing_its_components_gives() throws IOException {
    ModelIndex shipped = ModelIndex.read(SHIPPED);
    Map<String, Path> folders = new HashMap<>();
    for (String role : List.of("denoiser", "audio_codec", "cavp", "align")) {
      folders.put(role, SHIPPED.resolve(role));
    }
    ModelPacker packer =
        new ModelPacker(
            MDSGEN,
            folders,
            AskedFormat.NOTHING,
            Optional.of(shipped.description()),
            OptionValues.NONE.with(
                MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE,
                shipped.defaults().get(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE)));
    Path model = folder.resolve("mine");
    packer.pack(model);
    assertThat(model.resolve(ModelIndex.FILE))
        .hasSameBinaryContentAs(SHIPPED.resolve(ModelIndex.FILE));
    for (String component : List.of("denoiser", "audio_codec", "cavp", "align")) {
      same(SHIPPED.resolve(component), model.resolve(component));
    }
    try (Stream<Path> files = Files.walk(model)) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum())
          .isLessThan(15_000_000);
    }
  }
}
