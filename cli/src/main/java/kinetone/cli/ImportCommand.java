package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTarget;
import kinetone.exchange.ImportTargets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Turns public weights into a model folder.",
      "",
      "Reads safetensors and PyTorch's checkpoints (zip and the older form). Of a checkpoint only"
          + " tensors are read; one that names anything else is refused, and nothing in it is ever"
          + " run. Names may be those of the original code or of diffusers.",
      "",
      "Examples:",
      "  kinetone import DiT-XL-2-256x256.pt --as dit-xl-2 --out models/dit-xl-2",
      "  kinetone import audioldm-s-full-v2.ckpt --as audioldm-vae \\",
      "      --out models/audioldm-vae",
      "  kinetone import audioldm-s-full-v2.ckpt --as hifi-gan \\",
      "      --out models/audioldm-vocoder",
      ""
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "A .safetensors, .pt, .pth, .ckpt or .bin file.")
  private Path file;

  @Option(
      names = "--as",
      required = true,
      paramLabel = "NETWORK",
      completionCandidates = Names.class,
      description = "Whose weights they are: ${COMPLETION-CANDIDATES}.")
  private String network;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The model folder; it must not exist.")
  private Path out;

  @Option(names = "--fp16", description = "Store in half precision: half the size.")
  private boolean halves;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "JSON of the network's configuration, as 'config' in its config.json, when its size is not"
              + " the public one.")
  private Path config;

  /** The networks there are. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      ImportTargets.ALL.forEach(target -> add(target.name()));
    }
  }

  @Override
  public Integer call() {
    ImportTarget<?> target = ImportTargets.named(network);
    try (Interruption interruption = new Interruption();
        TensorProgress progress = new TensorProgress("import", interruption)) {
      Exchange exchange = new Exchange(halves, progress);
      Exchange.Imported imported =
          config == null
              ? exchange.importWeights(file, target, out)
              : exchange.importWeights(file, target, config, out);
      progress.close();
      System.err.printf(
          "%,d numbers in %d tensors, %s names%n",
          imported.numbers(), imported.tensors(), imported.naming());
    }
    System.out.println(out);
    return 0;
  }
}
