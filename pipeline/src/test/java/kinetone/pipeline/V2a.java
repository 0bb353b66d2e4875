package kinetone.pipeline;

import kinetone.diffusion.task.Task;
import kinetone.testkit.TinyClips;

/** Requests for the sound of a video, and what a model makes of them. */
public final class V2a {
  private V2a() {}

  /** For a clip in the format of the tiny models. */
  public static GenerateRequest.Builder fitting() {
    return GenerateRequest.of(new Task.VideoToAudio()).video(TinyClips.fitting());
  }

  /** SHA-256 over pictures, sound and latents of what {@code model} makes. */
  public static String digest(Pipeline model, GenerateRequest.Builder request) {
    return GenerateOnce.digest(model.generate(request.build()));
  }

  /** The samples of the sound that {@code model} makes. */
  public static float[] sound(Pipeline model, GenerateRequest.Builder request) {
    return model.generate(request.build()).clip().audio().orElseThrow().samples()[0];
  }
}
