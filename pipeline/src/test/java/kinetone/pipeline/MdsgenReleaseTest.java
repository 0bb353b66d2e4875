package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.codec.AudioCodec;
import kinetone.codec.LatentCodec;
import kinetone.codec.MelCodec;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.exchange.Exchange;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.media.Fit;
import kinetone.media.FrameChoice;
import kinetone.media.Video;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.release.MdsgenRelease;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.system.mdsgen.MdsgenSystem;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a video file to its sound as the release makes it: narrow networks in the forms of the
 * public files, imported by one call, and each stage against {@code inference.py} and Diff-Foley's
 * {@code demo_util.py}, see {@code goldens/mdsgen_release.py}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MdsgenReleaseTest {
  private static final double TOLERANCE = 1e-3;

  /** In the mean, of 255: the release encodes the pictures once more on the way. */
  private static final double PICTURES = 2;

  private static final int FRAMES = 4;
  private static final int LENGTH = 28;

  private static final MdsgenRelease NARROW =
      new MdsgenRelease(
          new MdsgenConfig(
              6,
              32,
              2,
              4,
              Gelu.TANH,
              204,
              new MdsgenConfig.Latent(LENGTH, 16, 8, 2, MdsgenConfig.Rows.TIME),
              new MdsgenConfig.Features(FRAMES, 12, false)),
          new CavpConfig(
              64,
              4,
              12,
              new ResNet3dConfig(
                  4, List.of(1, 1, 1, 1), List.of(false, false, true, true), 1, 7, true),
              null),
          MdsgenRelease.codec(
              new AutoencoderKlConfig(
                  1, List.of(8, 16, 16), 2, true, 4, 8, 0, 1, Regularisation.kl(1e-6)),
              MelFrontEndConfig.AUDIO_LDM),
          new VocoderFolder.Config(
              new HiFiGanConfig(
                  64,
                  32,
                  List.of(5, 4, 2, 2, 2),
                  List.of(16, 16, 8, 4, 4),
                  List.of(3, 7, 11),
                  List.of(1, 3, 5),
                  HiFiGanConfig.DEFAULT_SLOPE),
              MelFrontEndConfig.AUDIO_LDM));

  private ModelIndex index;
  private DiffusionModel model;

  @BeforeAll
  void imported(@TempDir Path folder) {
    Path folderOfModel = folder.resolve("mdsgen");
    NARROW.make(
        Map.of(
            "mdsgen", golden("mdsgen.pt"),
            "cavp", golden("cavp.ckpt"),
            "audioldm", golden("audioldm")),
        new Exchange(false, (done, total) -> {}),
        folderOfModel);
    index = ModelIndex.read(folderOfModel);
    MdsgenSystem system = new MdsgenSystem();
    model =
        system.open(ModelParts.of(system, folderOfModel), index, Devices.of("cpu"), Precision.FP32);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void the_folder_generates_as_the_script_does_where_nobody_says_otherwise() {
    assertThat(index.defaults().get(CommonOptions.NUM_INFERENCE_STEPS)).isEqualTo(50);
    assertThat(index.defaults().get(CommonOptions.GUIDANCE_SCALE)).isEqualTo(5.0);
    assertThat(index.format().samples()).isEqualTo(LENGTH * 4 * 160);
    assertThat(index.pictures().context()).isEqualTo(40 - FRAMES);
  }

  @Test
  void pictures_are_those_of_the_release() {
    assertThat(pictureError(index.pictures())).isLessThan(PICTURES);
  }

  @Test
  void cropped_pictures_and_pictures_before_the_instant_are_others() {
    PictureInput own = index.pictures();
    assertThat(
            pictureError(
                new PictureInput(Fit.CENTRE_CROP, own.filter(), own.choice(), own.context())))
        .isGreaterThan(PICTURES);
    assertThat(
            pictureError(
                new PictureInput(own.fit(), own.filter(), FrameChoice.AT_OR_BEFORE, own.context())))
        .isGreaterThan(PICTURES);
  }

  @Test
  void features_are_those_of_all_pictures_together() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Video all = video(stages().get("pictures"));
      Given given =
          new Given(
              Optional.of(part(all, 0, FRAMES)),
              Optional.of(part(all, FRAMES, all.frames())),
              Optional.empty());
      assertThat(error(features(given), "features")).isLessThan(TOLERANCE);
      // Without what follows, the last features are others: the release's code says so too.
      Tensor alone = features(Given.of(part(all, 0, FRAMES)));
      assertThat(error(alone, "features")).isGreaterThan(TOLERANCE);
      assertThat(error(alone, "features_alone")).isLessThan(TOLERANCE);
    }
  }

  @Test
  void steps_from_the_same_noise_give_the_same_latents() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      assertThat(error(latents(index.defaults()), "latents")).isLessThan(TOLERANCE);
      OptionValues fewer = index.defaults().with(CommonOptions.NUM_INFERENCE_STEPS, 25);
      assertThat(error(latents(fewer), "latents")).isGreaterThan(TOLERANCE);
      OptionValues weaker = index.defaults().with(CommonOptions.GUIDANCE_SCALE, 4.5);
      assertThat(error(latents(weaker), "latents")).isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void the_decoder_gets_a_quarter_of_the_latents() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latents = stages().get("latents");
      LatentCodec<AudioCodec> codec = codec();
      MelCodec mel = (MelCodec) codec.codec();
      assertThat(error(mel.decodeSpectrogram(codec.restore(latents)), "mel")).isLessThan(TOLERANCE);
      Tensor audioLdm = LatentScale.AUDIOLDM.statistics(8).restore(latents);
      assertThat(error(mel.decodeSpectrogram(audioLdm), "mel")).isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void the_vocoder_hears_the_spectrogram_and_no_held_frame() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor mel = stages().get("mel").unsqueeze(0);
      int samples = index.format().samples();
      Tensor expected = stages().get("sound").narrow(0, 0, samples);
      MelCodec codec = (MelCodec) codec().codec();
      assertThat(error(codec.sound(mel, samples, rng), expected)).isLessThan(TOLERANCE);
      Tensor held = codec.sound(mel, samples + 160, rng).narrow(1, 0, samples);
      assertThat(error(held, expected)).isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void from_the_file_to_the_sound_the_whole_chain_agrees_as_far_as_its_pictures_do() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        PictureWindows windows = windows(index.pictures());
        Rng rng = new Rng(1)) {
      windows.advance();
      Tensor features = features(windows.given());
      assertThat(error(features, "features")).isLessThan(0.05);
      Tensor sound =
          codec().decode(latents(features, index.defaults()), index.format().samples(), rng);
      Tensor expected = stages().get("sound").narrow(0, 0, index.format().samples());
      assertThat(sound.sub(expected).pow(new Scalar(2)).mean().item_double())
          .isLessThan(0.05 * expected.pow(new Scalar(2)).mean().item_double());
    }
  }

  private PictureWindows windows(PictureInput pictures) {
    return PictureWindows.of(
        new MediaInput.File(golden("clip.mp4"), 0),
        WindowGrid.overlapping(index.format()),
        pictures);
  }

  private double pictureError(PictureInput pictures) {
    try (TensorScope scope = TensorScope.open();
        PictureWindows windows = windows(pictures)) {
      windows.advance();
      Given given = windows.given();
      Video expected = video(stages().get("pictures"));
      Video first = given.video().orElseThrow();
      Video context = given.context().orElseThrow();
      assertThat(first.frames() + context.frames()).isEqualTo(expected.frames());
      return (meanError(first.rgb(), expected.rgb(), 0) * first.frames()
              + meanError(context.rgb(), expected.rgb(), first.rgb().length) * context.frames())
          / expected.frames();
    }
  }

  private static double meanError(byte[] actual, byte[] expected, int from) {
    long sum = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += Math.abs((actual[i] & 0xff) - (expected[from + i] & 0xff));
    }
    return sum / (double) actual.length;
  }

  private Tensor features(Given given) {
    return model.conditions(given, index.defaults()).features().orElseThrow();
  }

  private Tensor latents(OptionValues options) {
    return latents(stages().get("features").unsqueeze(0), options);
  }

  private Tensor latents(Tensor features, OptionValues options) {
    Tensor noise = stages().get("noise");
    Task task = new Task.VideoToAudio();
    TaskMask mask = model.mask(task);
    Latents nothing = Latents.of(Map.of(Modality.AUDIO, torch.zeros_like(noise)));
    try (NoiseStreams streams = new NoiseStreams(0, 0, model.streams())) {
      Sampling sampling = model.sampling(task, options, mask, nothing, streams);
      return sampling
          .sampler()
          .sample(
              SamplingRequest.of(
                      sampling.denoiser(),
                      nothing,
                      mask,
                      like -> Latents.of(Map.of(Modality.AUDIO, noise)))
                  .withConditions(Conditions.NONE.withFeatures(features)))
          .audio();
    }
  }

  @SuppressWarnings("unchecked")
  private LatentCodec<AudioCodec> codec() {
    return (LatentCodec<AudioCodec>) model.codecs().get(Modality.AUDIO);
  }

  private static Map<String, Tensor> stages() {
    return new LinkedHashMap<>(SafeTensors.read(golden("stages.safetensors")).tensors());
  }

  private static double error(Tensor actual, String stage) {
    return error(actual, stages().get(stage));
  }

  /** Largest difference over the largest value. */
  private static double error(Tensor actual, Tensor expected) {
    Tensor difference = actual.reshape(expected.shape()).sub(expected).abs().max();
    return difference.item_double() / expected.abs().max().item_double();
  }

  private static Video video(Tensor pictures) {
    long[] shape = pictures.shape();
    float[] values = Tensors.toFloats(pictures.to(ScalarType.Float));
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (int) values[i];
    }
    return new Video(rgb, (int) shape[0], (int) shape[2], (int) shape[1], 4);
  }

  private static Video part(Video video, int from, int to) {
    int size = video.rgb().length / video.frames();
    byte[] rgb = java.util.Arrays.copyOfRange(video.rgb(), from * size, to * size);
    return new Video(rgb, to - from, video.width(), video.height(), video.framesPerSecond());
  }

  private static Path golden(String name) {
    try {
      return Path.of(
          MdsgenReleaseTest.class.getResource("/goldens/mdsgen_release/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
