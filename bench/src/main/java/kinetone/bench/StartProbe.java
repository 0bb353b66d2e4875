package kinetone.bench;

import java.nio.file.Path;
import kinetone.diffusion.task.Task;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.tensor.Engine;

/** The other end of {@link StartBench}: loads a model, denoises one step and says when. */
final class StartProbe {
  static final String PREFIX = "start-probe ";

  private StartProbe() {}

  /** Arguments: model folder, threads. */
  public static void main(String[] args) {
    say(StartBench.Moment.JVM);
    Engine.setThreads(Integer.parseInt(args[1]));
    say(StartBench.Moment.ENGINE);
    try (Pipeline model = Kinetone.load(Path.of(args[0]), Kinetone.Options.CPU)) {
      say(StartBench.Moment.MODEL);
      Cancellation afterOneStep = new Cancellation();
      model.generate(
          GenerateRequest.of(new Task.Joint()).build(),
          (phase, step, steps) -> {
            if (phase.equals("sample") && step == 0) {
              say(StartBench.Moment.FIRST_STEP_BEGINS);
            } else if (phase.equals("sample")) {
              say(StartBench.Moment.FIRST_STEP_DONE);
              afterOneStep.cancel();
            }
          },
          afterOneStep);
    } catch (java.util.concurrent.CancellationException expected) {
      System.out.flush();
    }
  }

  private static void say(StartBench.Moment moment) {
    System.out.println(PREFIX + moment);
    System.out.flush();
  }
}
