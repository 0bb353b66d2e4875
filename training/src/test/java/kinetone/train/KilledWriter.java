package kinetone.train;

import java.nio.file.Path;

/** A process that trains and saves after every step until it is killed. */
final class KilledWriter {
  private KilledWriter() {}

  public static void main(String[] args) {
    TrainerConfig config =
        new TrainerConfig(
            1_000_000_000,
            1,
            OptimizerConfig.adamW(1e-3, 0),
            null,
            null,
            null,
            null,
            new Ema.Config(0.9, true),
            null,
            null,
            new TrainerConfig.Saving(1, null, 2),
            null,
            null);
    try (NoisyLine task = new NoisyLine(400, 4)) {
      Trainer.run(
          task,
          config,
          RunDirectory.open(Path.of(args[0])),
          event -> {
            if (event instanceof TrainingEvent.Saved saved) {
              System.out.println(saved.step());
            }
          });
    }
  }
}
