package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTarget;
import kinetone.exchange.ImportTargets;
import kinetone.release.Release;
import kinetone.release.Releases;
import kinetone.train.ConfigLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kinetone import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    modelTransformer = ImportCommand.WithReleases.class,
    description = {
      "Turns public weights into a component's folder, or a whole published model into a model"
          + " folder that 'generate --model' takes.",
      "",
      "Reads safetensors and PyTorch's checkpoints (zip and the older form). Of a checkpoint only"
          + " tensors are read; numbers beside them are passed over, one that names anything else is"
          + " refused, and nothing in it is ever"
          + " run. Names may be those of the original code or of diffusers.",
      "",
      "Examples:",
      "  kinetone import --as mdsgen-release --mdsgen mdsgen_audioldm.pt \\",
      "      --cavp cavp_epoch66.ckpt --audioldm audioldm-s-full-v2.ckpt \\",
      "      --out models/mdsgen",
      "  kinetone generate --model models/mdsgen --task v2a --video silent.mp4",
      "  kinetone import DiT-XL-2-256x256.pt --as dit-xl-2 --out models/dit-xl-2",
      "  kinetone import audioldm-s-full-v2.ckpt --as audioldm-vae \\",
      "      --out models/audioldm-vae",
      "  kinetone import sd-vae-ft-mse --as sd-vae-mel --set codec.channel=MEAN \\",
      "      --out models/sd-vae-mel",
      "  kinetone import OpenSora-VAE-v1.2 --as opensora-vae --out models/opensora-vae",
      "  kinetone import PixArt-XL-2-256x256.pth --as pixart-xl-2 --out models/start",
      "  kinetone import t5-v1_1-xxl --as t5 --out models/t5-v1_1-xxl",
      "  kinetone import vggish-10086976.pth --as vggish --out models/vggish",
      "  kinetone import audioldm-s-full-v2.ckpt --as hifi-gan \\",
      "      --out models/audioldm-vocoder",
      ""
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "A .safetensors, .pt, .pth, .ckpt or .bin file, or a folder that diffusers or transformers"
              + " saved, in several files too.")
  private Path file;

  @Option(
      names = "--as",
      required = true,
      paramLabel = "NETWORK",
      completionCandidates = Names.class,
      description =
          "Whose weights they are: ${COMPLETION-CANDIDATES}. The beginning of a name is enough.")
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

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One value of the configuration instead of the public one, for example codec.channel=MEAN"
              + " for sd-vae-mel: the channel (R, G, B or MEAN) of the decoded picture that is heard."
              + " May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--base",
      paramLabel = "FOLDER",
      description =
          "The component that the weights stand on, for av-dit-adapters: an imported or trained DiT."
              + " It is named by its path and SHA-256, not copied.")
  private Path base;

  @Mixin private ReleaseArguments files;

  /** Adds the files of published models. */
  static final class WithReleases implements CommandLine.IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      ReleaseArguments.addTo(spec);
      return spec;
    }
  }

  /** The networks and the published models there are. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      ImportTargets.ALL.forEach(target -> add(target.name()));
      Releases.ALL.forEach(release -> add(release.name()));
    }
  }

  @Override
  public Integer call() {
    String name = whole(network);
    Optional<Release> release =
        Releases.ALL.stream().filter(r -> r.name().equals(name)).findFirst();
    if (release.isPresent()) {
      importModel(release.get());
    } else {
      importNetwork(ImportTargets.named(name));
    }
    System.out.println(out);
    return 0;
  }

  /** The one name that begins with {@code asked}, or that is it. */
  private static String whole(String asked) {
    List<String> names = new Names();
    List<String> found =
        names.contains(asked)
            ? List.of(asked)
            : names.stream().filter(name -> name.startsWith(asked)).toList();
    Check.that(
        found.size() == 1,
        "network '%s' %s: %s",
        asked,
        found.isEmpty() ? "is unknown; known" : "could be several",
        String.join(", ", found.isEmpty() ? names : found));
    return found.get(0);
  }

  private void importModel(Release release) {
    Check.that(
        file == null && config == null && base == null && overrides.isEmpty(),
        "--as %s takes its files by name and needs no %s; see 'kinetone import --help'",
        release.name(),
        file != null ? "FILE" : config != null ? "--config" : base != null ? "--base" : "--set");
    Map<String, Path> given = files.files(release);
    System.err.println(release.name() + ": " + release.licence() + ".");
    try (Interruption interruption = new Interruption();
        TensorProgress progress = new TensorProgress("import", interruption)) {
      release.make(given, new Exchange(halves, progress), out);
    }
  }

  private <C> void importNetwork(ImportTarget<C> target) {
    files.refuse(target.name());
    if (file == null) {
      throw KinetoneException.user(
          "which file holds the weights of %s? Give FILE before or after --as", target.name());
    }
    try (Interruption interruption = new Interruption();
        TensorProgress progress = new TensorProgress("import", interruption)) {
      Exchange.Imported imported =
          new Exchange(halves, progress)
              .importWeights(file, target, configuration(target), Optional.ofNullable(base), out);
      progress.close();
      System.err.printf(
          "%,d numbers in %d tensors, %s names%n",
          imported.numbers(), imported.tensors(), imported.naming());
    }
  }

  private <C> C configuration(ImportTarget<C> target) {
    C base = config == null ? target.configuration(file) : Exchange.configuration(config, target);
    return overrides.isEmpty()
        ? base
        : ConfigLoader.with(
            config == null ? Path.of(target.name()) : config,
            base,
            overrides,
            target.configurationType());
  }
}
