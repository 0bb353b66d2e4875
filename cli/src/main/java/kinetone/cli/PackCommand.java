package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.ModelPacker;
import kinetone.pipeline.Part;
import kinetone.pipeline.Systems;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code kinetone pack}. */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    modelTransformer = PackCommand.PartsOfSystems.class,
    description = {
      "Makes a model folder, as 'generate --model' takes it, of trained components.",
      "",
      "Sizes and counts, and rates where they know them, come from the components. The model is loaded"
          + " once; if the components do not fit each other, nothing is written.",
      "Options of generation given here become the model's defaults.",
      "",
      "Examples:",
      "  kinetone pack --system mdsgen --part denoiser=runs/mdsgen/model \\",
      "      --part audio_codec=runs/mel-codec/model --part cavp=runs/cavp/model \\",
      "      --out models/mine",
      "  kinetone pack --system monl --part denoiser=runs/denoiser/model \\",
      "      --part video_codec=runs/video-codec/model \\",
      "      --part audio_codec=runs/audio-codec/model --out models/mine",
      "  kinetone generate --model models/mine --task v2a --video silent.mp4",
      ""
    })
final class PackCommand implements Callable<Integer> {
  @Option(
      names = "--system",
      required = true,
      paramLabel = "SYSTEM",
      description = "One of those below.")
  private String system;

  @Option(
      names = "--part",
      required = true,
      paramLabel = "ROLE=FOLDER",
      description = "A component; once for each.")
  private Map<String, Path> parts = new LinkedHashMap<>();

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description = "One line for people (default: its clips).")
  private String description;

  @Option(names = "--fps", description = "Hz, where no component says (default: 8).")
  @Within(min = 0, max = 1000)
  private Double framesPerSecond;

  @Option(names = "--rate", description = "Hz, where no component says (default: 16000).")
  @Within(min = 1, max = 768_000)
  private Integer sampleRate;

  @Option(
      names = "--samples",
      description =
          "Per clip (default: as long as the pictures if the denoiser's latent can be, else as long"
              + " as that).")
  @Within(min = 1, max = 500_000_000)
  private Integer samples;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The model folder; it must not exist.")
  private Path out;

  @Mixin private PictureInputOptions pictures;

  @Mixin private OptionArguments options;

  /** Ends the help with the parts of every system there is. */
  static final class PartsOfSystems implements CommandLine.IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      List<String> lines = new ArrayList<>(List.of("", "Systems and their parts:"));
      for (GenerativeSystem system : Systems.all()) {
        String wanted = roles(system, false);
        lines.add(
            "  "
                + system.name()
                + ": "
                + roles(system, true)
                + (wanted.isEmpty() ? "" : "; if wanted " + wanted));
      }
      spec.usageMessage().footer(lines.toArray(String[]::new));
      return spec;
    }

    private static String roles(GenerativeSystem system, boolean required) {
      return system.parts().stream()
          .filter(part -> part.required() == required)
          .map(Part::role)
          .collect(Collectors.joining(", "));
    }
  }

  @Override
  public Integer call() {
    new ModelPacker(
            Systems.named(system),
            parts,
            new AskedFormat(
                Optional.ofNullable(framesPerSecond),
                Optional.ofNullable(sampleRate),
                Optional.ofNullable(samples)),
            Optional.ofNullable(description),
            pictures.value(),
            options.values())
        .pack(out);
    System.out.println(out);
    return 0;
  }
}
