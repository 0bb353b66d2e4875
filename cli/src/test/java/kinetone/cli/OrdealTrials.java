package kinetone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.common.AtomicFile;
import kinetone.testkit.Mutants;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;

/**
 * The bad input of an {@link Ordeal}: folders of their own, and the command lines that read them.
 */
final class OrdealTrials {
  /** What there is to endure. */
  enum Kind {
    /** Altered MoNL models. */
    MONL,
    /** Altered MDSGen models. */
    MDSGEN,
    /** Damaged media. */
    MEDIA,
    /** Pickles. */
    PICKLES
  }

  /** Input in a folder of its own, and the command lines that read it. */
  record Trial(String name, Maker maker) {
    /** Writes the input. */
    interface Maker {
      List<List<String>> make(Path in, Path out) throws IOException;
    }
  }

  private OrdealTrials() {}

  /** All trials of a kind, in a fixed order. */
  static List<Trial> of(Kind kind, Path shared) throws IOException {
    Path model = shared.resolve("model");
    return switch (kind) {
      case MONL -> altered(TinyModel.write(model), "joint", shared);
      case MDSGEN -> altered(TinyMdsgen.write(model), "v2a", shared);
      case MEDIA -> media(TinyModel.write(model), new Mutants(shared));
      case PICKLES ->
          HostilePickles.all().entrySet().stream()
              .map(
                  pickle ->
                      new Trial(
                          pickle.getKey(),
                          (in, out) -> {
                            Path file =
                                Files.write(in.resolve("pickle.pt"), pickle.getValue().get());
                            return List.of(
                                List.of("info", file.toString()),
                                List.of("import", file.toString(), "--out", out.toString()));
                          }))
              .toList();
    };
  }

  private static List<Trial> altered(Path model, String task, Path shared) throws IOException {
    new Mutants(shared);
    String video = shared.resolve("base.mp4").toString();
    List<Trial> trials = new ArrayList<>();
    for (AlteredModels.Alteration alteration : AlteredModels.of(model)) {
      trials.add(
          new Trial(
              alteration.name(),
              (in, out) -> {
                String folder = alteration.write(model, in.resolve("model")).toString();
                List<String> generate =
                    new ArrayList<>(
                        List.of("generate", "--model", folder, "--num-inference-steps", "2"));
                generate.addAll(List.of("--task", task, "--out", out.toString()));
                if (!task.equals("joint")) {
                  generate.addAll(List.of("--video", video));
                }
                return List.of(List.of("info", folder), generate);
              }));
    }
    return trials;
  }

  private static List<Trial> media(Path model, Mutants mutants) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < Ordeal.MUTANTS; i++) {
      int number = i;
      trials.add(
          new Trial(
              "mutant " + i,
              (in, out) -> {
                Path file = mutants.write(number, in);
                List<List<String>> lines = new ArrayList<>();
                for (String command : List.of("info", "v2a", "a2v", "continue", "prepare")) {
                  lines.add(List.of(HostileInputTest.arguments(model, command, file, out)));
                }
                return lines;
              }));
    }
    return trials;
  }

  /** How many trials of a kind there are. */
  static int count(Kind kind) throws IOException {
    Path shared = Files.createTempDirectory("ordeal");
    try {
      return of(kind, shared).size();
    } finally {
      AtomicFile.deleteQuietly(shared);
    }
  }
}
