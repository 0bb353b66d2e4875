package kinetone.pipeline;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.SoundSink;

/** Video to sound of any length, for every system: reads, makes and hands on window by window. */
final class SoundtrackRunner {
  private SoundtrackRunner() {}

  /** Requires pictures that get a sound. */
  static void requireTask(GenerateRequest request) {
    Check.that(
        request.task() instanceof Task.VideoToAudio,
        "a soundtrack is made by task v2a, the request says %s",
        TaskKind.of(request.task()).label());
  }

  static SoundtrackResult run(
      GenerateRequest request,
      PictureInput pictures,
      WindowedSound sound,
      SoundSink sink,
      SoundtrackListener listener,
      Cancellation cancellation) {
    requireTask(request);
    MediaInput input = request.video().orElseThrow();
    try (PictureWindows windows = PictureWindows.of(input, sound.grid(), pictures)) {
      return run(windows, request.seed(), sound, sink, listener, cancellation);
    }
  }

  static SoundtrackResult run(
      PictureWindows windows,
      long seed,
      WindowedSound sound,
      SoundSink sink,
      SoundtrackListener listener,
      Cancellation cancellation) {
    long start = System.nanoTime();
    int rate = sound.grid().format().sampleRate();
    long samples = 0;
    while (windows.advance()) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("generation was cancelled");
      }
      long window = windows.index();
      long expected = windows.expected();
      float[] next =
          sound.next(
              windows.given(),
              window,
              windows.last(),
              (phase, step, steps) -> listener.progress(window, expected, phase, step, steps),
              cancellation);
      if (windows.last()) {
        long all = Math.max(1, Math.round(windows.seconds() * rate));
        next = Arrays.copyOf(next, (int) Math.max(0, all - samples));
      }
      sink.write(new float[][] {next});
      samples += next.length;
    }
    if (windows.index() == 0 && samples == 0) {
      throw KinetoneException.user("the given video has no picture in the stretch asked for");
    }
    return new SoundtrackResult(
        windows.index() + 1,
        samples,
        rate,
        sound.join(1),
        sound.grid().hopSeconds(),
        seed,
        (System.nanoTime() - start) / 1e9);
  }
}
