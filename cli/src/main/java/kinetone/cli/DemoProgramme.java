package kinetone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;

/** What {@link DemoCommand} shows, act by act. */
final class DemoProgramme {
  private static final double GIVEN_SECONDS = 0.625;
  private static final double GAP_START = 0.125;
  private static final double GAP_END = 1.625;

  /** Scenes that nothing was trained on: another world than the training data's. */
  private static final long HELD_OUT_WORLD = 3;

  private static final List<String> PROMPTS =
      List.of(
          "a red ball bounces three times",
          "a blue wheel spins in a dark room",
          "rain falls on green water");

  private static final List<String> TWO_PROMPTS =
      List.of("a ball bounces", "a ball bounces while rain falls");

  private final Cast cast;
  private final long seed;

  /** A programme for {@code cast}, whose noise comes from {@code seed}. */
  DemoProgramme(Cast cast, long seed) {
    this.cast = cast;
    this.seed = seed;
  }

  /** A model that takes part; {@code ending} tells its files from those of the first. */
  record Maker(String ending, String caption, Pipeline pipeline) {}

  /**
   * The models.
   *
   * @param monl of all tasks
   * @param sound another one for sound
   * @param joint another one for joint clips
   * @param words one that hears prompts
   */
  record Cast(Maker monl, Maker sound, Optional<Maker> joint, Optional<Maker> words) {
    List<Maker> all() {
      return Stream.of(Optional.of(monl), Optional.of(sound), joint, words)
          .flatMap(Optional::stream)
          .toList();
    }
  }

  /** An input of an act. */
  record Given(String caption, Clip clip) {}

  /** One thing to show, made by one or more models. */
  record Act(
      String name,
      String title,
      String text,
      GenerateRequest request,
      List<Given> given,
      List<Maker> makers) {}

  /** The acts, in the order of the page. */
  List<Act> acts() {
    List<Act> acts = new ArrayList<>(wordless());
    cast.words().ifPresent(maker -> acts.addAll(told(maker)));
    return acts;
  }

  private List<Act> wordless() {
    Maker monl = cast.monl();
    ClipFormat format = monl.pipeline().index().format();
    Scene bell = scene(format, SceneKind.BELL, 1);
    Scene ball = scene(format, SceneKind.BALL, 3);
    Scene keys = scene(format, SceneKind.KEYS, 2);
    Scene walk = scene(format, SceneKind.FOOTSTEPS, 1);
    Clip silent = Clip.of(ball.clip().video().orElseThrow());
    Clip sound = Clip.of(keys.clip().audio().orElseThrow());
    return List.of(
        new Act(
            "joint",
            "Picture and sound together",
            "Nothing was given but the seed"
                + (cast.joint().isPresent() ? ", the same for each model." : "."),
            GenerateRequest.of(new Task.Joint()).seed(seed).build(),
            List.of(),
            Stream.concat(Stream.of(monl), cast.joint().stream()).toList()),
        new Act(
            "video-to-audio",
            "Sound for a silent video",
            "The picture was given, the sound is generated, by each model.",
            GenerateRequest.of(new Task.VideoToAudio()).seed(seed).video(silent).build(),
            List.of(new Given("silent video", silent)),
            List.of(monl, cast.sound())),
        new Act(
            "audio-to-video",
            "Picture for a sound",
            "The sound was given, the picture is generated.",
            GenerateRequest.of(new Task.AudioToVideo()).seed(seed).audio(sound).build(),
            List.of(new Given("sound", sound)),
            List.of(monl)),
        new Act(
            "continuation",
            "Continuation",
            "The first " + GIVEN_SECONDS + " s of picture and sound were given.",
            GenerateRequest.of(new Task.Continue(GIVEN_SECONDS))
                .seed(seed)
                .video(bell.clip())
                .build(),
            List.of(new Given("the whole scene; only its start was given", bell.clip())),
            List.of(monl)),
        new Act(
            "inpainting",
            "Inpainting",
            "Picture and sound from " + GAP_START + " s to " + GAP_END + " s were missing.",
            GenerateRequest.of(new Task.Inpaint(GAP_START, GAP_END))
                .seed(seed)
                .video(walk.clip())
                .build(),
            List.of(new Given("the whole scene; its middle was not given", walk.clip())),
            List.of(monl)));
  }

  /** Three clips from three prompts, and one video with two. */
  private List<Act> told(Maker maker) {
    List<Act> acts = new ArrayList<>();
    for (String prompt : PROMPTS) {
      acts.add(
          new Act(
              "prompt-" + (acts.size() + 1),
              "\u201c" + prompt + "\u201d",
              "Nothing was given but the words and the seed.",
              GenerateRequest.of(new Task.Joint()).seed(seed).prompt(prompt).build(),
              List.of(),
              List.of(maker)));
    }
    Scene ball = scene(maker.pipeline().index().format(), SceneKind.BALL, 3);
    Clip silent = Clip.of(ball.clip().video().orElseThrow());
    for (String prompt : TWO_PROMPTS) {
      acts.add(
          new Act(
              "told-" + (acts.size() - PROMPTS.size() + 1),
              "One silent video, two prompts: \u201c" + prompt + "\u201d",
              "The picture was given, and the words that its sound shall follow.",
              GenerateRequest.of(new Task.VideoToAudio())
                  .seed(seed)
                  .video(silent)
                  .prompt(prompt)
                  .build(),
              List.of(new Given("silent video", silent)),
              List.of(maker)));
    }
    return acts;
  }

  private static Scene scene(ClipFormat format, SceneKind kind, long index) {
    return new SceneGenerator(format, SceneMix.only(kind), HELD_OUT_WORLD).scene(index);
  }
}
