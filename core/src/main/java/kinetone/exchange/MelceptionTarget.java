package kinetone.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.feature.inception.InceptionConfig;
import kinetone.feature.inception.InceptionV3;
import kinetone.feature.inception.MelceptionConfig;
import kinetone.feature.inception.MelceptionFolder;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * SpecVQGAN's Melception (v-iashin/SpecVQGAN). The statistics of bands lie in that repository and
 * must stand beside the weights; the auxiliary classifier of the file is for training.
 */
final class MelceptionTarget implements ImportTarget<MelceptionConfig> {
  static final String STATISTICS = "train_means_stds_melspec_10s_22050hz.txt";

  private static final int MOST_BYTES = 1 << 16;

  private static final Naming NAMING =
      new JudgeNaming("SpecVQGAN", UnaryOperator.identity(), Set.of("AuxLogits."), List.of());

  @Override
  public String name() {
    return "melception";
  }

  @Override
  public String summary() {
    return "SpecVQGAN's Melception, for FID, IS and KL of sound: melception-21-05-10T09-28-40.pt"
        + " with "
        + STATISTICS
        + " beside it";
  }

  @Override
  public String type() {
    return MelceptionFolder.TYPE;
  }

  @Override
  public Class<MelceptionConfig> configurationType() {
    return MelceptionConfig.class;
  }

  /** Without what stands beside the weights. */
  @Override
  public MelceptionConfig configuration() {
    return new MelceptionConfig(
        InceptionConfig.MELCEPTION,
        Collections.nCopies(MelceptionConfig.BANDS, 0.0),
        Collections.nCopies(MelceptionConfig.BANDS, 1.0));
  }

  @Override
  public MelceptionConfig configuration(Path from) {
    Path folder = Files.isDirectory(from) ? from : from.toAbsolutePath().getParent();
    Path file = folder.resolve(STATISTICS);
    Check.that(
        Files.isRegularFile(file),
        "there is no %s beside the weights in %s; fetch it from SpecVQGAN's repository too",
        STATISTICS,
        folder);
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    try {
      Check.that(Files.size(file) <= MOST_BYTES, "%s is too large to be statistics of bands", file);
      for (String line : Files.readString(file).strip().split("\n", -1)) {
        String[] pair = line.strip().split("\\s+", -1);
        Check.that(pair.length == 2, "%s: a line is no mean and deviation", file);
        means.add(Double.parseDouble(pair[0]));
        deviations.add(Double.parseDouble(pair[1]));
      }
      return new MelceptionConfig(InceptionConfig.MELCEPTION, means, deviations);
    } catch (NumberFormatException e) {
      throw KinetoneException.user("%s: a line is no mean and deviation", file);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", file);
    }
  }

  @Override
  public Module build(MelceptionConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new InceptionV3(configuration.network(), rng);
    }
  }

  @Override
  public List<String> groups() {
    return List.of("model", "");
  }

  @Override
  public List<Naming> namings(MelceptionConfig configuration) {
    return List.of(NAMING);
  }

  @Override
  public Map<String, PublicForm> forms(MelceptionConfig configuration) {
    return Map.of(
        PublicForm.ORIGINAL, PublicForm.original(NAMING, "melception.pt", List.of("model")));
  }
}
