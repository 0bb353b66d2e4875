package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MonlPipelineTest {
  /** 25 frames per second, stereo at 48 kHz or 44.1 kHz: an excerpt of a real film. */
  private static final Path FILM = Path.of("../media/src/test/resources/real/big-buck-bunny.mp4");

  @TempDir static Path folder;
  private static Pipeline model;
  private static Path camera;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyModel.write(folder.resolve("model")), Kinetone.Options.CPU);
    camera = TinyClips.camera(folder.resolve("camera.mp4"), 1.5);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void joint_generation_has_the_format_of_the_model() {
    GenerateResult result = model.generate(GenerateOnce.joint(1));
    assertFormat(result.clip());
    assertThat(result.given()).isEmpty();
    assertThat(result.diagnostics().given()).isEmpty();
    assertThat(result.seed()).isEqualTo(1);
    assertThat(result.diagnostics().latents().get(Modality.VIDEO)).hasSize(3 * 2 * 2 * 4);
    assertThat(result.diagnostics().latents().get(Modality.AUDIO)).hasSize(60 * 4);
  }

  @Test
  void v2a_keeps_the_pictures_as_they_were() {
    for (Path file : List.of(camera, FILM)) {
      GenerateResult result =
          model.generate(GenerateRequest.of(new Task.VideoToAudio()).video(file).build());
      Video original =
          ClipReader.read(file, ReadOptions.defaults().withInterval(0, 1.125))
              .video()
              .orElseThrow();
      Video kept = result.clip().video().orElseThrow();
      assertThat(kept.rgb()).isEqualTo(original.rgb());
      assertThat(kept.framesPerSecond()).isEqualTo(original.framesPerSecond()).isGreaterThan(20);
      assertThat(kept.seconds()).isBetween(1.1, 1.17);
      assertThat(result.clip().audio().orElseThrow().length()).isEqualTo(9000);
      assertGivenKept(result);
    }
  }

  @Test
  void a2v_keeps_the_sound_as_it_was() {
    for (Path file : List.of(camera, FILM)) {
      GenerateResult result =
          model.generate(GenerateRequest.of(new Task.AudioToVideo()).audio(file).build());
      Audio original =
          ClipReader.read(file, ReadOptions.defaults().withInterval(0, 1.125))
              .audio()
              .orElseThrow();
      Audio kept = result.clip().audio().orElseThrow();
      assertThat(kept.samples()).isDeepEqualTo(original.samples());
      assertThat(kept.sampleRate()).isEqualTo(original.sampleRate()).isGreaterThanOrEqualTo(44100);
      assertThat(kept.channels()).isEqualTo(2);
      assertThat(kept.seconds()).isBetween(1.12, 1.13);
      assertThat(result.clip().video().orElseThrow().frames()).isEqualTo(9);
      assertGivenKept(result);
    }
  }

  @Test
  void continuation_and_inpainting_keep_the_given_latents_bit_for_bit() {
    Clip clip = TinyClips.fitting();
    for (Task task : List.of(new Task.Continue(0.625), new Task.Inpaint(0.125, 0.625))) {
      for (MediaInput input :
          List.of(
              new MediaInput.Decoded(clip),
              new MediaInput.File(camera, 0),
              new MediaInput.File(camera, 0.2))) {
        GenerateResult result = model.generate(GenerateRequest.of(task).video(input).build());
        assertFormat(result.clip());
        assertThat(result.diagnostics().mask().hasCondition()).isTrue();
        assertGivenKept(result);
      }
    }
  }

  @Test
  void the_same_seed_gives_the_same_bytes_alone_among_others_and_in_another_process()
      throws Exception {
    String alone = GenerateOnce.digest(model.generate(GenerateOnce.joint(5)));
    List<String> three = new ArrayList<>();
    for (int variant = 0; variant < 3; variant++) {
      three.add(GenerateOnce.digest(model.generate(GenerateOnce.joint(4 + variant))));
    }
    assertThat(three.get(1)).isEqualTo(alone);
    assertThat(three).doesNotHaveDuplicates();
    assertThat(inAnotherProcess(5)).isEqualTo(alone);
  }

  @Test
  void cancellation_ends_before_the_next_step() {
    PipelineAssertions.assertCancels(model, GenerateRequest.of(new Task.Joint()));
    // The model is as good as before.
    assertThat(GenerateOnce.digest(model.generate(GenerateOnce.joint(5))))
        .isEqualTo(GenerateOnce.digest(model.generate(GenerateOnce.joint(5))));
  }

  @Test
  void guidance_of_scale_one_or_less_is_none_and_any_other_changes_every_task() {
    String none = v2a(1);
    assertThat(v2a(0)).isEqualTo(none);
    assertThat(GenerateOnce.digest(model.generate(conditional().build()))).isEqualTo(none);
    assertThat(v2a(3)).isNotEqualTo(none);
    // Nothing is given, but each modality can be guided by the other.
    String unguided = joint(1);
    assertThat(GenerateOnce.digest(model.generate(GenerateOnce.joint(0)))).isEqualTo(unguided);
    assertThat(joint(3)).isNotEqualTo(unguided).isEqualTo(joint(3));
  }

  @Test
  void guidance_that_only_other_systems_have_is_refused() {
    for (GenerateRequest.Builder request :
        List.of(
            conditional().with(MdsgenOptions.GUIDANCE_POWER, 0.0),
            conditional().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0))) {
      assertUserError(request, "is not an option of monl models; they know: num_inference_steps");
      assertThatThrownBy(
              () ->
                  model.soundtrack(
                      request.build(), piece -> {}, SoundtrackListener.NONE, new Cancellation()))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("is not an option of monl models");
    }
  }

  @ParameterizedTest
  @EnumSource(SamplerChoice.class)
  void every_sampler_runs_for_few_and_many_steps(SamplerChoice sampler) {
    for (int steps : new int[] {2, 7}) {
      GenerateResult result =
          model.generate(conditional().sampler(sampler).numInferenceSteps(steps).build());
      assertThat(result.diagnostics().latents().values())
          .allSatisfy(values -> assertThat(allFinite(values)).isTrue());
      assertGivenKept(result);
    }
  }

  @Test
  void a_number_of_steps_that_a_sampler_cannot_do_is_named() {
    assertUserError(
        conditional().sampler(SamplerChoice.DPMPP).numInferenceSteps(1), "must be at least 2");
  }

  @Test
  void a_clip_too_short_to_be_continued_is_named() {
    Path shorter = TinyClips.camera(folder.resolve("short.mp4"), 0.4);
    assertUserError(
        GenerateRequest.of(new Task.Continue(0.625)).video(shorter),
        "short.mp4 has 0.400 s of picture");
    assertUserError(
        GenerateRequest.of(new Task.Inpaint(0.125, 0.625)).video(shorter), "1.125 s are needed");
    assertUserError(
        GenerateRequest.of(new Task.Continue(0.625)).video(new MediaInput.File(camera, 1.2)),
        "0.625");
  }

  @Test
  void a_decoded_clip_too_short_to_be_continued_is_named() {
    Clip half = Clip.of(TinyClips.video(0.5, 16, 16, 8), TinyClips.audio(0.5, 1, 8000));
    assertUserError(GenerateRequest.of(new Task.Continue(0.625)).video(half), "0.500 s");
  }

  @Test
  void a_track_that_is_missing_is_named() {
    Path silent = folder.resolve("silent.mp4");
    ClipWriter.writeMp4(silent, Clip.of(TinyClips.video(1.5, 32, 32, 25)));
    Path blind = folder.resolve("blind.wav");
    ClipWriter.writeWav(blind, TinyClips.audio(1.5, 1, 16000));
    assertUserError(GenerateRequest.of(new Task.AudioToVideo()).audio(silent), "no sound");
    assertUserError(GenerateRequest.of(new Task.Continue(0.625)).video(silent), "no sound");
    assertUserError(GenerateRequest.of(new Task.VideoToAudio()).video(blind), "no picture");
    Clip sound = Clip.of(TinyClips.audio(1.125, 1, 8000));
    assertUserError(GenerateRequest.of(new Task.VideoToAudio()).video(sound), "no picture");
  }

  @Test
  void native_memory_does_not_grow() {
    GenerateRequest request = conditional().guidanceScale(3).numInferenceSteps(2).build();
    model.generate(request);
    long before = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    for (int i = 0; i < 20; i++) {
      model.generate(request);
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
    assertThat(Pointer.totalBytes()).isEqualTo(bytes);
  }

  private static String v2a(double scale) {
    return GenerateOnce.digest(model.generate(conditional().guidanceScale(scale).build()));
  }

  private static String joint(double scale) {
    return GenerateOnce.digest(
        model.generate(GenerateRequest.of(new Task.Joint()).guidanceScale(scale).build()));
  }

  private static GenerateRequest.Builder conditional() {
    return GenerateRequest.of(new Task.VideoToAudio()).video(TinyClips.fitting());
  }

  private static void assertUserError(GenerateRequest.Builder request, String message) {
    PipelineAssertions.assertRefused(model, request, message);
  }

  private static void assertFormat(Clip clip) {
    Video video = clip.video().orElseThrow();
    assertThat(List.of(video.frames(), video.width(), video.height())).containsExactly(9, 16, 16);
    assertThat(video.framesPerSecond()).isEqualTo(8);
    Audio audio = clip.audio().orElseThrow();
    assertThat(audio.length()).isEqualTo(9000);
    assertThat(audio.sampleRate()).isEqualTo(8000);
  }

  private static void assertGivenKept(GenerateResult result) {
    result
        .diagnostics()
        .given()
        .forEach(
            (modality, given) -> {
              float[] made = result.diagnostics().latents().get(modality);
              boolean[] generated = result.diagnostics().mask().generated(modality);
              int each = given.length / generated.length;
              for (int i = 0; i < generated.length; i++) {
                float[] one = Arrays.copyOfRange(given, i * each, (i + 1) * each);
                float[] other = Arrays.copyOfRange(made, i * each, (i + 1) * each);
                if (generated[i]) {
                  assertThat(other).as("%s %d is generated", modality, i).isNotEqualTo(one);
                } else {
                  assertThat(other).as("%s %d is given", modality, i).isEqualTo(one);
                }
              }
            });
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static String inAnotherProcess(long seed) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                GenerateOnce.class.getName(),
                folder.resolve("model").toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String digest = out.readLine();
      assertThat(process.waitFor()).isZero();
      return digest;
    }
  }
}
