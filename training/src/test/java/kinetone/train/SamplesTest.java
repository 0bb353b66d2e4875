package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
  private static final int STEPS = 6;

  @TempDir Path folder;

  @Test
  void samples_are_a_png_and_a_picture_for_tensorboard() throws IOException {
    Path run = train("run", 2, rng -> {}, STEPS);
    try (Stream<Path> files = Files.list(run.resolve("samples"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000002.png", "step-000004.png", "step-000006.png");
    }
    byte[] png = Files.readAllBytes(run.resolve("samples/step-000004.png"));
    assertThat(ImageIO.read(run.resolve("samples/step-000004.png").toFile()).getWidth())
        .isEqualTo(Sampling.WIDTH);
    try (Stream<Path> events = Files.list(run.resolve("events"))) {
      String all = Files.readString(events.findFirst().orElseThrow(), StandardCharsets.ISO_8859_1);
      assertThat(all).contains("samples", new String(png, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void samples_are_made_with_the_averages_in_place_which_leave_again() {
    Sampling task = new Sampling(1, rng -> {});
    List<Float> trained = new ArrayList<>();
    try (task) {
      Trainer.run(
          task,
          config(3),
          RunDirectory.open(folder),
          event -> {
            if (event instanceof TrainingEvent.Step) {
              trained.add(task.firstWeight());
            }
          });
    }
    assertThat(task.sampled).hasSize(3).doesNotContainAnyElementsOf(trained);
  }

  @Test
  void training_with_samples_equals_training_without_bit_for_bit_resumed_too() throws IOException {
    Path without = train("without", 0, rng -> {}, STEPS);
    assertSame(train("with", 2, rng -> {}, STEPS), without, true);
    train("halves", 2, rng -> {}, 3);
    assertSame(train("halves", 2, rng -> {}, STEPS), without, true);
  }

  @Test
  void samples_that_draw_from_the_generator_of_training_would_be_noticed() throws IOException {
    assertSame(
        train("greedy", 2, rng -> rng.nextDouble(), STEPS),
        train("without", 0, rng -> {}, STEPS),
        false);
  }

  @Test
  void samples_that_cannot_be_drawn_end_no_training() throws IOException {
    Path run =
        train(
            "fontless",
            2,
            rng -> {
              throw new InternalError("Fontconfig head is null, check your fonts");
            },
            STEPS);
    assertSame(run, train("without", 0, rng -> {}, STEPS), true);
    assertThat(run.resolve("samples")).doesNotExist();
  }

  @Test
  void a_curve_and_events_that_cannot_be_written_end_no_training() throws IOException {
    Path run = folder.resolve("blocked");
    Files.createDirectories(run.resolve("loss.png/in the way"));
    Files.writeString(run.resolve("events"), "in the way");
    train("blocked", 0, rng -> {}, STEPS);
    assertSame(run, train("without", 0, rng -> {}, STEPS), true);
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(STEPS);
  }

  private Path train(String name, int every, Consumer<Rng> draw, int until) {
    Path where = folder.resolve(name);
    TrainingListener stopping =
        new TrainingListener() {
          private long step;

          @Override
          public void on(TrainingEvent event) {
            step = event.step();
          }

          @Override
          public boolean stop() {
            return step == until;
          }
        };
    try (Sampling task = new Sampling(every, draw)) {
      Trainer.run(task, config(STEPS), RunDirectory.open(where), stopping);
    }
    return where;
  }

  private static TrainerConfig config(int steps) {
    return new TrainerConfig(
        steps,
        5,
        OptimizerConfig.adamW(1e-2, 0.01),
        null,
        null,
        null,
        null,
        new Ema.Config(0.9, false),
        null,
        null,
        null,
        null,
        null);
  }

  private static void assertSame(Path run, Path other, boolean same) throws IOException {
    for (String name : List.of("net.safetensors", "net.ema.safetensors", "rng.bin")) {
      byte[] one = Files.readAllBytes(last(run).resolve(name));
      byte[] two = Files.readAllBytes(last(other).resolve(name));
      assertThat(java.util.Arrays.equals(one, two)).as(name).isEqualTo(same);
    }
  }

  private static Path last(Path run) {
    return run.resolve("checkpoints/step-0000000" + STEPS);
  }

  /** A task whose samples are grey, and note the weights that they were made with. */
  private static final class Sampling implements TrainingTask {
    static final int WIDTH = 12;

    private final NoisyLine line = new NoisyLine(16, 8);
    private final int every;
    private final Consumer<Rng> draw;
    private final List<Float> sampled = new ArrayList<>();
    private Rng last;

    Sampling(int every, Consumer<Rng> draw) {
      this.every = every;
      this.draw = draw;
    }

    @Override
    public List<Phase> phases() {
      Phase phase = line.phases().get(0);
      Loss loss =
          (step, micro, rng) -> {
            last = rng;
            return phase.loss().of(step, micro, rng);
          };
      return List.of(new Phase(phase.name(), phase.module(), loss));
    }

    @Override
    public Map<String, Double> validate() {
      return line.validate();
    }

    @Override
    public int samplesEvery() {
      return every;
    }

    @Override
    public BufferedImage samples() {
      sampled.add(firstWeight());
      draw.accept(last);
      return new BufferedImage(WIDTH, 3, BufferedImage.TYPE_INT_RGB);
    }

    float firstWeight() {
      try (kinetone.tensor.TensorScope scope = kinetone.tensor.TensorScope.open()) {
        Tensor first = StateDict.parameters(line.net).values().iterator().next();
        return Tensors.toFloats(first)[0];
      }
    }

    @Override
    public void close() {
      line.close();
    }
  }
}
