package kinetone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * In what a step of sampling or training goes through, nobody looks at a value of a tensor, which
 * waits for a GPU, and nobody brings numbers from Java to a device, but for the calls that are
 * listed here with the reason. A constant of a step belongs in a {@code DeviceConstant}.
 */
class HostTransfersTest {
  private static final JavaClasses KINETONE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("kinetone");

  private static final List<String> IN_A_STEP =
      List.of(
          "kinetone.model",
          "kinetone.nn",
          "kinetone.diffusion",
          "kinetone.spectral",
          "kinetone.latent.loss",
          "kinetone.system",
          "kinetone.train");

  private static final Set<String> LOOKS =
      Set.of("cpu", "equal", "is_nonzero", "nonzero", "allclose", "data_ptr");

  private static final String MADE_ONCE = "when a network, a mask or an optimiser is made";
  private static final String NOISE =
      "noise is drawn by the processor: a seed means the same there";
  private static final String MOVES_NOTHING = "where it is already: only the type may change";
  private static final String ONCE_A_CLIP = "once a clip, not in a step";
  private static final String ONCE_A_BATCH = "drawn once for a batch of training";
  private static final String THE_ONE_LOOK = "losses and norm together, once a step of training";
  private static final String NOT_IN_TRAINING =
      "for measurements; the trainer looks at all at once";
  private static final String NOT_IN_SAMPLING = "only where nobody says the time, as samplers do";

  /** Class and method, and why. */
  private static final Map<String, String> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "kinetone.diffusion.guidance.ClassifierGuidance.deviation", NOT_IN_SAMPLING),
              Map.entry("kinetone.diffusion.guidance.ConditionDrop.apply", ONCE_A_BATCH),
              Map.entry("kinetone.diffusion.guidance.GivenGuidance.hide", ONCE_A_BATCH),
              Map.entry("kinetone.diffusion.loss.DiffusionObjective.draw", NOISE),
              Map.entry("kinetone.diffusion.process.LevelTable.at", MOVES_NOTHING),
              Map.entry("kinetone.diffusion.process.Positions.time", NOT_IN_SAMPLING),
              Map.entry("kinetone.diffusion.process.VelocityPrediction.logSignal", MOVES_NOTHING),
              Map.entry("kinetone.diffusion.sampler.SeededNoise.like", NOISE),
              Map.entry("kinetone.diffusion.task.TaskMask.row", MADE_ONCE),
              Map.entry("kinetone.diffusion.timestep.MixtureOfNoiseLevels.draw", ONCE_A_BATCH),
              Map.entry("kinetone.diffusion.timestep.Segments.spread", ONCE_A_BATCH),
              Map.entry("kinetone.diffusion.timestep.TaskSpecific.sample", ONCE_A_BATCH),
              Map.entry("kinetone.model.dit.DiT.label", MOVES_NOTHING),
              Map.entry("kinetone.model.mdsgen.Mdsgen.reduce", MOVES_NOTHING),
              Map.entry("kinetone.model.mdsgen.VisibleTokens.of", ONCE_A_BATCH),
              Map.entry("kinetone.model.mdsgen.VisibleTokens.to", ONCE_A_BATCH),
              Map.entry("kinetone.model.monl.AvDiTPositions.middles", MADE_ONCE),
              Map.entry("kinetone.model.stdit.StDit3.mask", MOVES_NOTHING),
              Map.entry("kinetone.model.uniform.JointColumns.<init>", MADE_ONCE),
              Map.entry("kinetone.model.uniform.UniForm.<init>", MADE_ONCE),
              Map.entry("kinetone.nn.BatchNorm.<init>", MADE_ONCE),
              Map.entry("kinetone.nn.Dropout.apply", NOISE),
              Map.entry("kinetone.nn.attention.RelativePositionBias.index", MADE_ONCE),
              Map.entry("kinetone.nn.embed.CaptionEmbedding.forward", ONCE_A_BATCH),
              Map.entry("kinetone.nn.embed.RotaryPosition.table", MADE_ONCE),
              Map.entry("kinetone.spectral.GriffinLim.sound", NOISE),
              Map.entry("kinetone.spectral.MelFilters.of", MADE_ONCE),
              Map.entry("kinetone.spectral.MelInverse.magnitudes", ONCE_A_CLIP),
              Map.entry("kinetone.system.avdit.AvDitModel.towards", ONCE_A_CLIP),
              Map.entry("kinetone.system.mdsgen.MdsgenModel.pictures", ONCE_A_CLIP),
              Map.entry("kinetone.system.monl.MonlSoundtrack.decode", ONCE_A_CLIP),
              Map.entry("kinetone.system.monl.MonlSoundtrack.next", ONCE_A_CLIP),
              Map.entry("kinetone.system.uniform.UniFormModel.nobody", ONCE_A_CLIP),
              Map.entry("kinetone.train.Adan.load", MADE_ONCE),
              Map.entry("kinetone.train.GradientClip.clip", NOT_IN_TRAINING),
              Map.entry("kinetone.train.Moments.slot", MADE_ONCE),
              Map.entry("kinetone.train.TrainingState.figure", MOVES_NOTHING),
              Map.entry("kinetone.train.TrainingState.read", THE_ONE_LOOK)));

  private record Found(String place, String what) {}

  private static Stream<Found> found(JavaClasses classes) {
    return classes.stream()
        .filter(c -> IN_A_STEP.stream().anyMatch(c.getPackageName()::startsWith))
        .flatMap(c -> c.getMethodCallsFromSelf().stream())
        .filter(HostTransfersTest::crosses)
        .map(
            call ->
                new Found(
                    place(call.getOriginOwner(), call.getOrigin().getName()),
                    call.getTarget().getName()));
  }

  /** Lambdas and nested classes belong to the method and the class around them. */
  private static String place(JavaClass owner, String method) {
    String around = owner.getName().replaceAll("\\$.*", "");
    return around + "." + method.replaceAll("^lambda\\$(.*)\\$[0-9]+$", "$1");
  }

  private static boolean crosses(JavaCall<?> call) {
    String owner = call.getTarget().getOwner().getName();
    String name = call.getTarget().getName();
    if (owner.equals("kinetone.tensor.Tensors")) {
      return Set.of("of", "toFloats", "toLongs").contains(name);
    }
    if (owner.equals("org.bytedeco.pytorch.global.torch")) {
      return LOOKS.contains(name);
    }
    boolean moves =
        name.equals("to")
            && call.getTarget().getRawParameterTypes().stream()
                .anyMatch(p -> p.getSimpleName().startsWith("Device"));
    return owner.startsWith("org.bytedeco.pytorch.Tensor")
        && (name.startsWith("item") || LOOKS.contains(name) || moves);
  }

  @Test
  void no_step_looks_at_values_or_brings_numbers_but_for_the_listed_ones() {
    Map<String, String> unlisted =
        found(KINETONE)
            .filter(f -> !ALLOWED.containsKey(f.place()))
            .collect(Collectors.toMap(Found::place, Found::what, (a, b) -> a, TreeMap::new));
    assertThat(unlisted).isEmpty();
  }

  @Test
  void every_listed_one_is_there() {
    Set<String> places =
        found(KINETONE).map(Found::place).collect(Collectors.toCollection(TreeSet::new));
    assertThat(places).containsAll(ALLOWED.keySet());
  }

  /** Negative control. */
  @Test
  void a_look_is_noticed() {
    assertThat(found(KINETONE).map(Found::what)).contains("item_double", "to", "of", "toFloats");
  }
}
