package kinetone.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.MdsgenParts;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelPacker;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.MonlParts;
import kinetone.pipeline.SamplerChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone pack}. */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a model folder, as 'generate --model' takes it, of trained components.",
      "",
      "Sizes, counts and, for mdsgen, rates come from the components. The model is loaded once; if"
          + " the components do not fit each other, nothing is written.",
      "",
      "Examples:",
      "  kinetone pack --system mdsgen --denoiser runs/mdsgen/model --mel-codec"
          + " runs/mel-codec/model --cavp runs/cavp/model --out models/mine",
      "  kinetone pack --system monl --denoiser runs/denoiser/model --video-codec"
          + " runs/video-codec/model --audio-codec runs/audio-codec/model --out models/mine",
      "  kinetone generate --model models/mine --task v2a --video silent.mp4",
      ""
    })
final class PackCommand implements Callable<Integer> {
  /** The systems there are. */
  enum ModelSystem {
    MONL,
    MDSGEN
  }

  @Option(
      names = "--system",
      required = true,
      paramLabel = "SYSTEM",
      description = "monl (joint sound and picture) or mdsgen (sound for pictures).")
  private ModelSystem system;

  @Option(names = "--denoiser", required = true, paramLabel = "DIR", description = "Its folder.")
  private Path denoiser;

  @Option(names = "--video-codec", paramLabel = "DIR", description = "monl: its folder.")
  private Path videoCodec;

  @Option(names = "--audio-codec", paramLabel = "DIR", description = "monl: its folder.")
  private Path audioCodec;

  @Option(
      names = "--mel-codec",
      paramLabel = "DIR",
      description = "mdsgen: folder of the codec of mel spectrograms.")
  private Path melCodec;

  @Option(
      names = "--cavp",
      paramLabel = "DIR",
      description = "mdsgen: folder of a CAVP network, of which the part for pictures is kept.")
  private Path cavp;

  @Option(
      names = "--vocoder",
      paramLabel = "DIR",
      description =
          "mdsgen: folder of a vocoder. Without one the spectrograms are AudioLDM's, and become"
              + " sound by iteration.")
  private Path vocoder;

  @Option(
      names = "--align",
      paramLabel = "DIR",
      description = "mdsgen: folder of an alignment classifier, for guidance.")
  private Path align;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description = "One line for people (default: its clips).")
  private String description;

  @Option(
      names = "--steps",
      description = "Denoising steps where a request says nothing (default: monl 50, mdsgen 25).")
  private Integer steps;

  @Option(
      names = "--guidance",
      description = "Guidance scale likewise (default: monl 2, mdsgen 3).")
  private Double guidance;

  @Option(
      names = "--sampler",
      description = "ddim, ddpm or dpmpp likewise (default: monl ddpm, mdsgen dpmpp).")
  private SamplerChoice sampler;

  @Option(
      names = "--classifier-guidance",
      description = "mdsgen: scale of guidance by --align likewise (default: none).")
  private Double classifierGuidance;

  @Option(
      names = "--estimate-limit",
      defaultValue = "0",
      description =
          "monl: clamp of the self-conditioning estimate, as in training; 0 for none"
              + " (${DEFAULT-VALUE}).")
  private double estimateLimit;

  @Option(names = "--fps", description = "Hz (default: monl 8, mdsgen as CAVP).")
  private Double framesPerSecond;

  @Option(names = "--rate", description = "Hz (default: monl 16000, mdsgen as the spectrograms).")
  private Integer sampleRate;

  @Option(
      names = "--samples",
      description =
          "Per clip (default: as long as the pictures if the denoiser's latent can be, else as long"
              + " as that).")
  private Integer samples;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The model folder; it must not exist.")
  private Path out;

  @Override
  public Integer call() {
    ModelParts parts = parts();
    ModelPacker packer =
        new ModelPacker(
            parts,
            new AskedFormat(
                Optional.ofNullable(framesPerSecond),
                Optional.ofNullable(sampleRate),
                Optional.ofNullable(samples)),
            Optional.ofNullable(description),
            defaults(parts.defaults()));
    packer.pack(out);
    System.out.println(out);
    return 0;
  }

  private ModelParts parts() {
    return switch (system) {
      case MONL -> {
        refuse("--mel-codec", melCodec);
        refuse("--cavp", cavp);
        refuse("--vocoder", vocoder);
        refuse("--align", align);
        Check.that(
            classifierGuidance == null,
            "--classifier-guidance is not for models of system %s",
            system);
        yield new MonlParts(
            denoiser, require("--video-codec", videoCodec), require("--audio-codec", audioCodec));
      }
      case MDSGEN -> {
        refuse("--video-codec", videoCodec);
        refuse("--audio-codec", audioCodec);
        yield new MdsgenParts(
            denoiser,
            require("--mel-codec", melCodec),
            require("--cavp", cavp),
            Optional.ofNullable(vocoder),
            Optional.ofNullable(align));
      }
    };
  }

  private Path require(String option, Path folder) {
    Check.that(folder != null, "a model of system %s needs %s", system, option);
    return folder;
  }

  private void refuse(String option, Path folder) {
    Check.that(folder == null, "%s is not for models of system %s", option, system);
  }

  private ModelIndex.Defaults defaults(ModelIndex.Defaults usual) {
    return new ModelIndex.Defaults(
        steps == null ? usual.numInferenceSteps() : steps,
        guidance == null ? usual.guidanceScale() : guidance,
        sampler == null ? usual.sampler() : sampler,
        estimateLimit,
        classifierGuidance == null ? usual.classifierGuidanceScale() : classifierGuidance);
  }
}
