package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.javacpp.Pointer;
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
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(result.diagnostics().given()).isEmpty();
      assertThat(result.seed()).isEqualTo(3);
      assertThat(result.diagnostics().latents()).containsOnlyKeys(Modality.AUDIO);
      assertThat(result.diagnostics().latents().get(Modality.AUDIO)).hasSize(45 * 4 * TinyMdsgen.CHANNELS);
    }
  }

  @Test
  void the_same_seed_gives_the_same_bytes_alone_and_among_others() {
    String alone = V2a.digest(model, V2a.fitting().seed(5));
    List<String> three = new ArrayList<>();
    for (int seed = 4; seed < 7; seed++) {
      three.add(V2a.digest(model, V2a.fitting().seed(seed)));
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
    float[] one = V2a.sound(model, V2a.fitting().guidanceScale(1));
    assertThat(V2a.sound(model, other.guidanceScale(1))).isNotEqualTo(one);
    assertThat(V2a.sound(model, V2a.fitting().guidanceScale(1))).isEqualTo(one);
  }

  @Test
  void what_the_network_predicts_is_read_from_its_configuration() throws IOException {
    Path config = TinyMdsgen.write(folder).resolve("denoiser/config.json");
    String text = Files.readString(config);
    assertThat(text).contains("\"EPSILON\"");
    Files.writeString(config, text.replace("\"EPSILON\"", "\"V_PREDICTION\""));
    try (Pipeline velocity = Kinetone.load(folder, Kinetone.Options.CPU)) {
      GenerateResult result = velocity.generate(V2a.fitting().build());
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(result)).isNotEqualTo(V2a.digest(model, V2a.fitting()));
    }
  }

  @Test
  void other_tasks_are_refused() {
    assertThat(model.supports(new Task.VideoToAudio())).isTrue();
    assertThat(model.supports(new Task.Joint())).isFalse();
    Clip clip = TinyClips.fitting();
    for (GenerateRequest.Builder request :
        List.of(
            GenerateRequest.of(new Task.Joint()),
            GenerateRequest.of(new Task.AudioToVideo()).audio(clip),
            GenerateRequest.of(new Task.Continue(0.625)).video(clip),
            GenerateRequest.of(new Task.Inpaint(0.125, 0.625)).video(clip))) {
      PipelineAssertions.assertRefused(model, request, "models of system mdsgen do: v2a; this one");
    }
  }

  @ParameterizedTest
  @EnumSource(SamplerChoice.class)
  void every_sampler_runs_for_few_and_many_steps(SamplerChoice sampler) {
    for (int steps : new int[] {2, 7}) {
      GenerateResult result =
          model.generate(
              V2a.fitting()
                  .with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0)
                  .sampler(sampler)
                  .numInferenceSteps(steps)
                  .build());
      for (float value : result.diagnostics().latents().get(Modality.AUDIO)) {
        assertThat(value).isFinite();
      }
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
    }
  }

  @Test
  void cancellation_ends_before_the_next_step() {
    PipelineAssertions.assertCancels(model, V2a.fitting());
  }

  @Test
  void native_memory_does_not_grow() {
    PipelineAssertions.assertSteady(
        model, V2a.fitting().numInferenceSteps(2).with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0));
    Collected.soundtrack(model, V2a.fitting().build());
    long before = Pointer.totalCount();
    Collected.soundtrack(model, GenerateRequest.of(new Task.VideoToAudio()).video(camera).build());
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }
}
