package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.latent.CodecFolder;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.MelChannel;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.spectral.LogCompression;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MdsgenPipelineTest {
  /** 25 frames per second: an excerpt of a real film. */
  private static final Path FILM = Path.of("../media/src/test/resources/real/big-buck-bunny.mp4");

  /** Windows of 9 pictures every 6: six of them. */
  private static final double SIX_WINDOWS = 36 / 8.0;

  @TempDir static Path shared;
  @TempDir Path folder;
  private static Pipeline model;
  private static Path camera;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyMdsgen.write(shared.resolve("model")), Kinetone.Options.CPU);
    camera = TinyClips.camera(shared.resolve("camera.mp4"), SIX_WINDOWS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void v2a_keeps_the_pictures_as_they_were() {
    for (Path file : List.of(camera, FILM)) {
      GenerateResult result =
          model.generate(GenerateRequest.of(new Task.VideoToAudio()).video(file).seed(3).build());
      Video original =
          ClipReader.read(file, ReadOptions.defaults().withInterval(0, 1.125))
              .video()
              .orElseThrow();
      Video kept = result.clip().video().orElseThrow();
      assertThat(kept.rgb()).isEqualTo(original.rgb());
      assertThat(kept.framesPerSecond()).isEqualTo(original.framesPerSecond()).isGreaterThan(20);
      assertSound(result.clip().audio().orElseThrow());
      assertThat(result.given()).isEmpty();
      assertThat(result.seed()).isEqualTo(3);
      assertThat(result.latents()).containsOnlyKeys(Modality.AUDIO);
      assertThat(result.latents().get(Modality.AUDIO)).hasSize(45 * 4 * TinyMdsgen.CHANNELS);
    }
  }

  @Test
  void the_same_seed_gives_the_same_bytes_alone_and_among_others() {
    String alone = digest(v2a().seed(5));
    List<String> three = new ArrayList<>();
    for (int seed = 4; seed < 7; seed++) {
      three.add(digest(v2a().seed(seed)));
    }
    assertThat(three.get(1)).isEqualTo(alone);
    assertThat(three).doesNotHaveDuplicates();
  }

  @Test
  void another_picture_gets_another_sound() {
    byte[] rgb = TinyClips.fitting().video().orElseThrow().rgb().clone();
    Arrays.fill(rgb, rgb.length / 2, rgb.length, (byte) 20);
    GenerateRequest.Builder other =
        GenerateRequest.of(new Task.VideoToAudio()).video(Clip.of(new Video(rgb, 9, 16, 16, 8)));
    // Without guidance, so that the difference is what the network makes of the features.
    float[] one = sound(v2a().guidanceScale(1));
    assertThat(sound(other.guidanceScale(1))).isNotEqualTo(one);
    assertThat(sound(v2a().guidanceScale(1))).isEqualTo(one);
  }

  @Test
  void guidance_of_scale_zero_or_one_is_none_and_larger_ones_have_an_effect() {
    String none = digest(v2a().guidanceScale(1));
    assertThat(digest(v2a().guidanceScale(0))).isEqualTo(none);
    String five = digest(v2a().guidanceScale(5));
    assertThat(five).isNotEqualTo(none);
    assertThat(digest(v2a().guidanceScale(3)))
        .as("the model's default")
        .isEqualTo(digest(v2a()))
        .isNotIn(none, five);
  }

  @Test
  void guidance_power_bends_the_course_of_guidance_where_there_is_any() {
    GenerateRequest.Builder released = v2a().guidanceScale(5).guidancePower(0.01);
    assertThat(digest(released)).isEqualTo(digest(v2a().guidanceScale(5)));
    assertThat(digest(v2a().guidanceScale(5).guidancePower(4))).isNotEqualTo(digest(released));
    assertThat(digest(v2a().guidanceScale(1).guidancePower(4)))
        .isEqualTo(digest(v2a().guidanceScale(1)));
  }

  @Test
  void the_classifier_guides_where_there_is_one_and_is_asked_for_in_vain_where_not() {
    String none = digest(v2a());
    assertThat(digest(v2a().classifierGuidanceScale(0))).isEqualTo(none);
    String some = digest(v2a().classifierGuidanceScale(100));
    assertThat(some).isNotEqualTo(none).isEqualTo(digest(v2a().classifierGuidanceScale(100)));
    Path alone = TinyMdsgen.without(TinyMdsgen.write(folder), ModelIndex.ALIGN);
    try (Pipeline without = Kinetone.load(alone, Kinetone.Options.CPU)) {
      assertThat(GenerateOnce.digest(without.generate(v2a().classifierGuidanceScale(0).build())))
          .isEqualTo(none);
      assertRefused(
          without,
          v2a().classifierGuidanceScale(2),
          "classifier_guidance_scale needs an alignment");
    }
  }

  @Test
  void what_the_network_predicts_is_read_from_its_configuration() throws IOException {
    Path config = TinyMdsgen.write(folder).resolve("denoiser/config.json");
    String text = Files.readString(config);
    assertThat(text).contains("\"EPSILON\"");
    Files.writeString(config, text.replace("\"EPSILON\"", "\"V_PREDICTION\""));
    try (Pipeline velocity = Kinetone.load(folder, Kinetone.Options.CPU)) {
      GenerateResult result = velocity.generate(v2a().build());
      assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(result)).isNotEqualTo(digest(v2a()));
    }
  }

  @Test
  void other_tasks_and_conditionings_are_refused() {
    assertThat(model.supports(new Task.VideoToAudio())).isTrue();
    assertThat(model.supports(new Task.Joint())).isFalse();
    Clip clip = TinyClips.fitting();
    for (GenerateRequest.Builder request :
        List.of(
            GenerateRequest.of(new Task.Joint()),
            GenerateRequest.of(new Task.AudioToVideo()).audio(clip),
            GenerateRequest.of(new Task.Continue(0.625)).video(clip),
            GenerateRequest.of(new Task.Inpaint(0.125, 0.625)).video(clip))) {
      assertRefused(model, request, "makes sound for videos only; use --task v2a");
    }
    for (Conditioning conditioning :
        List.of(Conditioning.REPLACEMENT, Conditioning.RECONSTRUCTION)) {
      assertRefused(model, v2a().conditioning(conditioning), "does not apply");
    }
  }

  @ParameterizedTest
  @EnumSource(SamplerChoice.class)
  void every_sampler_runs_for_few_and_many_steps(SamplerChoice sampler) {
    for (int steps : new int[] {2, 7}) {
      GenerateResult result =
          model.generate(
              v2a().classifierGuidanceScale(2).sampler(sampler).numInferenceSteps(steps).build());
      for (float value : result.latents().get(Modality.AUDIO)) {
        assertThat(value).isFinite();
      }
      assertSound(result.clip().audio().orElseThrow());
    }
  }

  @Test
  void without_a_vocoder_phases_are_found_by_iteration_from_the_seed() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder), ModelIndex.VOCODER);
    try (Pipeline iterated = Kinetone.load(mute, Kinetone.Options.CPU)) {
      GenerateResult result = iterated.generate(v2a().seed(5).build());
      assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(iterated.generate(v2a().seed(5).build())))
          .isEqualTo(GenerateOnce.digest(result));
      GenerateResult vocoded = model.generate(v2a().seed(5).build());
      assertThat(result.latents().get(Modality.AUDIO))
          .isEqualTo(vocoded.latents().get(Modality.AUDIO));
      assertThat(result.clip().audio().orElseThrow().samples()[0])
          .isNotEqualTo(vocoded.clip().audio().orElseThrow().samples()[0]);
      assertSteady(iterated);
    }
  }

  @Test
  void phases_depend_on_the_seed_alone() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder), ModelIndex.VOCODER);
    try (MelVoice voice =
            new MelVoice(mute, new Spectrogram(TinyMdsgen.FRONT_END, null), new Device("cpu"));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1);
        Rng first = new Rng(2);
        Rng again = new Rng(2);
        Rng other = new Rng(3)) {
      Tensor mel = voice.logMel(rng.normal(1, 45, 4, TinyMdsgen.CHANNELS));
      assertThat(mel.shape()).containsExactly(1, 180, 16);
      Tensor sound = voice.sound(mel, 9000, first);
      assertThat(sound.shape()).containsExactly(1, 9000);
      assertThat(torch.equal(voice.sound(mel, 9000, again), sound)).isTrue();
      assertThat(torch.equal(voice.sound(mel, 9000, other), sound)).isFalse();
    }
  }

  @Test
  void a_codec_of_pictures_has_time_in_columns_and_gives_the_channel_asked_for() {
    TinyMdsgen.write(folder);
    TinyMdsgen.writeCodec(folder, 3, TinyMdsgen.CHANNELS);
    TinyMdsgen.writeDenoiser(folder, MdsgenConfig.Rows.FREQUENCY);
    TinyMdsgen.writeIndex(folder, new Spectrogram(TinyMdsgen.FRONT_END, MelChannel.G));
    try (Pipeline pictures = Kinetone.load(folder, Kinetone.Options.CPU)) {
      GenerateResult result = pictures.generate(v2a().seed(5).build());
      assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(pictures.generate(v2a().seed(5).build())))
          .isEqualTo(GenerateOnce.digest(result));
    }
    AutoencoderKl codec =
        CodecFolder.load(folder.resolve(ModelIndex.MEL_CODEC), AutoencoderKl.FORMAT).codec();
    try (MelVoice green = voice(MelChannel.G);
        MelVoice red = voice(MelChannel.R);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor latents = rng.normal(1, 45, 4, TinyMdsgen.CHANNELS);
      // Bands in rows, frames in columns.
      Tensor picture = codec.decode(latents.transpose(1, 2));
      assertThat(picture.shape()).containsExactly(1, 16, 180, 3);
      Tensor mel = green.logMel(latents);
      assertThat(torch.equal(mel, picture.select(3, 1).transpose(1, 2))).isTrue();
      assertThat(torch.equal(red.logMel(latents), mel)).isFalse();
    }
    codec.close();
  }

  private MelVoice voice(MelChannel channel) {
    return new MelVoice(folder, new Spectrogram(TinyMdsgen.FRONT_END, channel), new Device("cpu"));
  }

  @Test
  void parts_of_different_models_are_refused() {
    refused(
        "vocoder was trained on other spectrograms",
        changed ->
            TinyMdsgen.writeVocoder(
                changed,
                TinyMdsgen.frontEnd(
                    8000, 16, new LogCompression(LogCompression.Base.TEN, 1e-5, 1, 0, false))));
    refused(
        "the denoiser wants 6 features for each of 9 frames, the features are 5",
        changed -> TinyMdsgen.writeFeatures(changed, 5));
    refused(
        "the codec has 5 latent channels, the denoiser 4",
        changed -> TinyMdsgen.writeCodec(changed, 1, 5));
    refused(
        "the alignment classifier is for latents of 4 channels and 5 features",
        changed -> TinyMdsgen.writeClassifier(changed, 5));
    refused(
        "model_index.json has no 'spectrogram'", changed -> TinyMdsgen.writeIndex(changed, null));
    refused(
        "the spectrograms are of sound at 16000 Hz, the clips have 8000 Hz",
        changed -> mute(changed, 16000, 16));
    refused(
        "the latents stand for 16 bands, the spectrograms have 20",
        changed -> mute(changed, 8000, 20));
    refused(
        "the codec is one of pictures with 3 channels",
        changed -> TinyMdsgen.writeCodec(changed, 3, TinyMdsgen.CHANNELS));
    refused(
        "need an autoencoder of 3 channels",
        changed ->
            TinyMdsgen.writeIndex(changed, new Spectrogram(TinyMdsgen.FRONT_END, MelChannel.G)));
    refused("is not a model component", changed -> TinyMdsgen.without(changed, ModelIndex.CAVP));
  }

  /** Without a vocoder, which would be refused before. */
  private static void mute(Path model, int sampleRate, int bands) {
    TinyMdsgen.without(model, ModelIndex.VOCODER);
    TinyMdsgen.writeIndex(
        model,
        new Spectrogram(TinyMdsgen.frontEnd(sampleRate, bands, LogCompression.NATURAL), null));
  }

  private void refused(String message, Consumer<Path> change) {
    TinyMdsgen.write(folder);
    change.accept(folder);
    assertThatThrownBy(() -> Kinetone.load(folder, Kinetone.Options.CPU))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_long_video_gets_its_sound_window_by_window() {
    Collected sound = new Collected();
    List<String> heard = new ArrayList<>();
    SoundtrackResult result =
        model.soundtrack(
            GenerateRequest.of(new Task.VideoToAudio()).video(camera).seed(3).build(),
            sound::take,
            (window, windows, phase, step, steps) ->
                heard.add(window + "/" + windows + " " + phase + " " + step),
            new Cancellation());
    assertThat(result.windows()).isEqualTo(6);
    assertThat(result.samples()).isEqualTo(36_000);
    assertThat(sound.samples()).hasSize(36_000);
    assertThat(result.joins()).hasSize(5).isSorted();
    // In the middle of an overlap of 3 pictures.
    assertThat(result.joins()[0]).isCloseTo(0.75 + 0.1875, within(1e-9));
    assertThat(heard).contains("0/6 encode 1", "0/6 sample 4", "5/6 decode 1");
    assertThat(sound.pieces).hasSize(6).allMatch(piece -> piece.length <= 9000);
    assertThat(sound.pieces.stream().map(Arrays::hashCode)).doesNotHaveDuplicates();
  }

  @Test
  void the_first_window_sounds_as_generated_alone_and_the_same_seed_gives_the_same_bytes() {
    Clip clip = Clip.of(TinyClips.video(SIX_WINDOWS, 16, 16, 8));
    GenerateRequest.Builder request = GenerateRequest.of(new Task.VideoToAudio()).video(clip);
    Collected sound = soundtrack(request.seed(5));
    // Up to the second window.
    assertThat(sound.pieces.get(0)).hasSize(6000);
    float[] alone = sound(request.seed(5));
    assertThat(sound.pieces.get(0)).isEqualTo(Arrays.copyOf(alone, 6000));
    assertThat(Arrays.copyOf(sound.pieces.get(1), 3000))
        .as("crossfaded")
        .isNotEqualTo(Arrays.copyOfRange(alone, 6000, 9000));
    assertThat(soundtrack(request.seed(5)).samples()).isEqualTo(sound.samples());
    assertThat(soundtrack(request.seed(6)).samples()).isNotEqualTo(sound.samples());
  }

  @Test
  void every_window_has_noise_of_its_own() {
    // The same picture throughout: without streams of their own, windows would repeat.
    byte[] rgb = new byte[36 * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    Collected sound =
        soundtrack(
            GenerateRequest.of(new Task.VideoToAudio())
                .video(Clip.of(new Video(rgb, 36, 16, 16, 8))));
    List<float[]> pieces = sound.pieces.subList(1, 5);
    assertThat(pieces).allMatch(piece -> piece.length == 6000);
    // Beyond the crossfade, where a window is heard alone.
    assertThat(pieces.stream().map(p -> Arrays.hashCode(Arrays.copyOfRange(p, 3000, 6000))))
        .doesNotHaveDuplicates();
  }

  @Test
  void soundtracks_are_refused_what_clips_are() {
    GenerateRequest joint = GenerateRequest.of(new Task.Joint()).video(camera).build();
    assertThatThrownBy(
            () -> model.soundtrack(joint, piece -> {}, SoundtrackListener.NONE, new Cancellation()))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("v2a");
  }

  @Test
  void cancellation_ends_before_the_next_step() {
    Cancellation cancellation = new Cancellation();
    List<Integer> steps = new ArrayList<>();
    assertThatThrownBy(
            () ->
                model.generate(
                    v2a().numInferenceSteps(50).build(),
                    (phase, step, all) -> {
                      if (phase.equals("sample")) {
                        steps.add(step);
                        if (step == 2) {
                          cancellation.cancel();
                        }
                      }
                    },
                    cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(steps).containsExactly(0, 1, 2);
  }

  @Test
  void native_memory_does_not_grow() {
    assertSteady(model);
    soundtrack(v2a());
    long before = Pointer.totalCount();
    soundtrack(GenerateRequest.of(new Task.VideoToAudio()).video(camera));
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  private static void assertSteady(Pipeline pipeline) {
    GenerateRequest.Builder request = v2a().numInferenceSteps(2).classifierGuidanceScale(2);
    pipeline.generate(request.build());
    long before = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    for (int i = 0; i < 5; i++) {
      pipeline.generate(request.build());
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
    assertThat(Pointer.totalBytes()).isEqualTo(bytes);
  }

  private static GenerateRequest.Builder v2a() {
    return GenerateRequest.of(new Task.VideoToAudio()).video(TinyClips.fitting());
  }

  private static String digest(GenerateRequest.Builder request) {
    return GenerateOnce.digest(model.generate(request.build()));
  }

  private static float[] sound(GenerateRequest.Builder request) {
    return model.generate(request.build()).clip().audio().orElseThrow().samples()[0];
  }

  private static Collected soundtrack(GenerateRequest.Builder request) {
    Collected sound = new Collected();
    model.soundtrack(request.build(), sound::take, SoundtrackListener.NONE, new Cancellation());
    return sound;
  }

  private static void assertSound(Audio sound) {
    assertThat(sound.length()).isEqualTo(TinyModel.FORMAT.samples());
    assertThat(sound.sampleRate()).isEqualTo(TinyModel.FORMAT.sampleRate());
    assertThat(sound.channels()).isEqualTo(1);
    double power = 0;
    for (float value : sound.samples()[0]) {
      assertThat(value).isBetween(-1f, 1f);
      power += value * value;
    }
    assertThat(power).isGreaterThan(0);
  }

  private static void assertRefused(
      Pipeline pipeline, GenerateRequest.Builder request, String message) {
    assertThatThrownBy(() -> pipeline.generate(request.build()))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
