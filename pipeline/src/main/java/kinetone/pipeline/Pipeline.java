package kinetone.pipeline;

import java.nio.file.Path;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.SoundSink;

/**
 * A loaded model. One thread at a time.
 *
 * <pre>{@code
 * try (Pipeline model = Kinetone.load(Path.of("models/monl-scenes"), Kinetone.Options.CPU)) {
 *   model.soundtrack(Path.of("silent.mp4"), Path.of("sounding.mp4"));
 * }
 * }</pre>
 */
public interface Pipeline extends AutoCloseable {
  /** What the model is. */
  ModelIndex index();

  /** Whether the model can do tasks of the kind of {@code task}. */
  boolean supports(Task task);

  /**
   * Refuses a request that does not fit the model, before anything is read: its task, its options,
   * and whether these go together. What is wrong with the given media shows when generating.
   *
   * @throws kinetone.common.KinetoneException of kind USER
   */
  void check(GenerateRequest request);

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

  /**
   * Generates the sound of a video of any length into {@code out}: {@code .mp4}, {@code .mov} and
   * {@code .mkv} get the pictures too, copied unaltered; {@code .wav} and {@code .flac} the sound
   * alone. The file appears when it is complete.
   *
   * @param request of task {@code VideoToAudio} for a video file; its pictures begin at the key
   *     picture at the start asked for, or before
   */
  default SoundtrackFile soundtrack(
      GenerateRequest request, Path out, SoundtrackListener listener, Cancellation cancellation) {
    return SoundtrackFile.make(this, request, out, listener, cancellation);
  }

  /** Generates the sound of the whole video {@code in} into {@code out}, silently, with seed 0. */
  default SoundtrackFile soundtrack(Path in, Path out) {
    return soundtrack(
        GenerateRequest.of(new Task.VideoToAudio()).video(in).build(),
        out,
        SoundtrackListener.NONE,
        new Cancellation());
  }

  @Override
  void close();
}
