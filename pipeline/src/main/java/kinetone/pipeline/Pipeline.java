package kinetone.pipeline;

import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.SoundSink;

/**
 * A loaded model. One thread at a time.
 *
 * <pre>{@code
 * try (Pipeline model = Kinetone.load(Path.of("models/monl-scenes"), Kinetone.Options.CPU)) {
 *   GenerateRequest request =
 *       GenerateRequest.of(new Task.VideoToAudio()).video(Path.of("silent.mp4")).seed(7).build();
 *   ClipWriter.writeMp4(Path.of("sounding.mp4"), model.generate(request).clip());
 * }
 * }</pre>
 */
public interface Pipeline extends AutoCloseable {
  /** What the model is. */
  ModelIndex index();

  /** Whether the model can do tasks of the kind of {@code task}. */
  boolean supports(Task task);

  /**
   * Generates one clip.
   *
   * @throws java.util.concurrent.CancellationException when {@code cancellation} was used
   * @throws kinetone.common.KinetoneException for input that does not fit
   */
  GenerateResult generate(
      GenerateRequest request, ProgressListener listener, Cancellation cancellation);

  /** Generates one clip, silently. */
  default GenerateResult generate(GenerateRequest request) {
    return generate(request, ProgressListener.NONE, new Cancellation());
  }

  /**
   * Generates the sound of a video of any length, frame rate and size, window by window, with
   * memory that does not grow with the length. The given picture ({@link MediaInput.File}, or a
   * decoded clip of any length in the model's format) is never held as a whole. Window w draws its
   * noise from a stream of its own, so that the same seed gives the same sound; a video no longer
   * than the model's clips is one window and sounds as in {@link #generate}, cut to its length.
   *
   * @param request of task {@code VideoToAudio}
   * @param sink takes the sound, one channel at the model's sample rate, from front to back
   * @throws java.util.concurrent.CancellationException when {@code cancellation} was used
   * @throws kinetone.common.KinetoneException for input that does not fit
   */
  default SoundtrackResult soundtrack(
      GenerateRequest request,
      SoundSink sink,
      SoundtrackListener listener,
      Cancellation cancellation) {
    throw KinetoneException.user(
        "models of the system '%s' make no sound for videos", index().system());
  }

  @Override
  void close();
}
