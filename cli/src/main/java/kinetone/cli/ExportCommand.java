package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.exchange.Exchange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes an imported or trained network for other programs.",
      "",
      "Example:",
      "  kinetone export models/dit-xl-2 --to diffusers --out transformer",
      ""
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The network: config.json and its weights.")
  private Path folder;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORM",
      description = {
        "diffusers: safetensors and the config.json that diffusers or transformers load.",
        "original: the checkpoint that the code published with the network loads.",
        "adapters: what was trained around a frozen base, alone, with a card that names the base."
      })
  private String form;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to; it must not exist.")
  private Path out;

  @Option(names = "--fp16", description = "Write in half precision.")
  private boolean halves;

  @Override
  public Integer call() {
    try (Interruption interruption = new Interruption();
        TensorProgress progress = new TensorProgress("export", interruption)) {
      Path weights = new Exchange(halves, progress).export(folder, form, out);
      progress.close();
      System.out.println(weights);
    }
    return 0;
  }
}
