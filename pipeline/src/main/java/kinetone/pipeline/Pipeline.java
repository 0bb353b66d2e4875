package kinetone.pipeline;

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

  @Override
  void close();
}
