package kinetone.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callCodeUnitWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers of ARCHITECTURE.md and the habits of CONTRIBUTING.md. */
class LayersTest {
  private static final JavaClasses KINETONE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("kinetone");

  /** What each package below {@code kinetone} may know besides itself. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("common", Set.of()),
          Map.entry("tensor", Set.of("common")),
          Map.entry("checkpoint", Set.of("common", "tensor")),
          Map.entry("mel", Set.of("common")),
          Map.entry("spectral", Set.of("common", "mel", "tensor")),
          Map.entry("nn", Set.of("common", "tensor")),
          Map.entry("diffusion", Set.of("common", "tensor")),
          Map.entry("latent", Set.of("common", "mel", "tensor", "spectral", "nn")),
          Map.entry("feature", Set.of("common", "mel", "tensor", "checkpoint", "spectral", "nn")),
          Map.entry("text", Set.of("common", "tensor", "checkpoint", "nn")),
          Map.entry("model", Set.of("common", "tensor", "nn", "diffusion")),
          Map.entry(
              "vocoder", Set.of("common", "tensor", "checkpoint", "spectral", "nn", "latent")),
          Map.entry(
              "codec",
              Set.of("common", "tensor", "checkpoint", "spectral", "nn", "latent", "vocoder")),
          Map.entry(
              "exchange",
              Set.of(
                  "common",
                  "mel",
                  "tensor",
                  "checkpoint",
                  "spectral",
                  "nn",
                  "latent",
                  "vocoder",
                  "codec",
                  "feature",
                  "text",
                  "model")),
          Map.entry("train", Set.of("common", "tensor", "checkpoint", "report")),
          Map.entry("media", Set.of("common")),
          Map.entry("motion", Set.of("common", "media")),
          Map.entry("scene", Set.of("common", "media")),
          Map.entry("metric", Set.of("common", "mel", "media")),
          Map.entry("report", Set.of("common", "media", "metric")),
          Map.entry("signal", Set.of("common", "tensor", "diffusion", "codec", "media")),
          Map.entry(
              "pipeline",
              Set.of("common", "tensor", "checkpoint", "diffusion", "codec", "signal", "media")),
          Map.entry(
              "judge",
              Set.of(
                  "common",
                  "tensor",
                  "checkpoint",
                  "latent",
                  "codec",
                  "feature",
                  "signal",
                  "media",
                  "metric",
                  "pipeline")),
          Map.entry(
              "system",
              Set.of(
                  "common",
                  "tensor",
                  "checkpoint",
                  "diffusion",
                  "model",
                  "vocoder",
                  "codec",
                  "feature",
                  "text",
                  "signal",
                  "media",
                  "pipeline")),
          Map.entry(
              "release",
              Set.of(
                  "common",
                  "tensor",
                  "checkpoint",
                  "spectral",
                  "latent",
                  "model",
                  "vocoder",
                  "codec",
                  "feature",
                  "text",
                  "exchange",
                  "media",
                  "pipeline",
                  "system")),
          Map.entry(
              "server",
              Set.of("common", "checkpoint", "media", "metric", "report", "pipeline", "system")),
          Map.entry(
              "data",
              Set.of(
                  "common",
                  "tensor",
                  "checkpoint",
                  "codec",
                  "feature",
                  "text",
                  "signal",
                  "media",
                  "scene")));

  /** The packages that may know everything below them, and those above that they may not. */
  private static final Map<String, Set<String>> ABOVE =
      Map.of(
          "recipe",
          Set.of("bench", "experiment", "evaluate", "study", "server", "cli"),
          "bench",
          Set.of("recipe", "experiment", "evaluate", "study", "server", "cli"),
          "experiment",
          Set.of("evaluate", "study", "server", "cli"),
          "evaluate",
          Set.of("recipe", "bench", "experiment", "study", "train", "server", "cli"),
          "study",
          Set.of("recipe", "bench", "experiment", "train", "system", "server", "cli"),
          "cli",
          Set.of());

  private static final Pattern DRAWS =
      Pattern.compile(
          "(rand|randn|randint|randperm|normal|uniform|bernoulli|multinomial|dropout|random)"
              + "(_like|_)?");

  private static final ArchRule STATIC_MEANS_FINAL = fields().that().areStatic().should().beFinal();

  private static final ArchRule NO_UNSEEDED_RANDOMNESS =
      noClasses()
          .should(
              callCodeUnitWhere(
                  DescribedPredicate.describe("the seed is implicit", LayersTest::unseeded)));

  static Stream<String> layers() {
    return MAY_KNOW.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void a_package_knows_only_the_layers_below_it(String layer) {
    layer(layer, MAY_KNOW.get(layer)).check(KINETONE);
  }

  @Test
  void the_packages_above_know_none_of_those_beside_and_above_them() {
    ABOVE.forEach(
        (layer, unknown) -> unknown.forEach(other -> apart(layer, other).check(KINETONE)));
  }

  @Test
  void every_package_has_a_place_in_the_layers() {
    Set<String> present = new TreeSet<>();
    KINETONE.forEach(c -> present.add(c.getPackageName().split("\\.", -1)[1]));
    present.remove("testkit");
    Set<String> known = new TreeSet<>(MAY_KNOW.keySet());
    known.addAll(ABOVE.keySet());
    assertThat(present).isEqualTo(known);
  }

  @Test
  void nothing_below_the_command_line_knows_it() {
    noClasses()
        .that(
            resideInAPackage("kinetone..")
                .and(DescribedPredicate.not(resideInAPackage("kinetone.cli.."))))
        .should()
        .dependOnClassesThat(resideInAnyPackage("kinetone.cli..", "picocli..", "me.tongfei.."))
        .check(KINETONE);
  }

  @Test
  void packages_form_no_cycles() {
    slices().matching("kinetone.(**)").should().beFreeOfCycles().check(KINETONE);
  }

  @Test
  void diffusion_is_mathematics_without_files_and_network() {
    noFilesAndNetwork("kinetone.diffusion..").check(KINETONE);
  }

  @Test
  void ffmpeg_lives_in_one_package() {
    ffmpegOnlyIn("kinetone.media..").check(KINETONE);
  }

  @Test
  void opencv_lives_in_one_package() {
    opencvOnlyIn("kinetone.motion..").check(KINETONE);
  }

  @Test
  void sound_and_picture_know_no_tensors() {
    noClasses()
        .that(
            resideInAnyPackage(
                "kinetone.common..",
                "kinetone.mel..",
                "kinetone.media..",
                "kinetone.motion..",
                "kinetone.scene..",
                "kinetone.metric..",
                "kinetone.report.."))
        .should()
        .dependOnClassesThat(resideInAPackage("org.bytedeco.pytorch.."))
        .check(KINETONE);
  }

  @Test
  void there_is_no_global_mutable_state() {
    STATIC_MEANS_FINAL.check(KINETONE);
  }

  @Test
  void every_random_number_comes_from_a_seed() {
    NO_UNSEEDED_RANDOMNESS.check(KINETONE);
  }

  /** Elsewhere the gradients of convolutions would be wrong on some machines. */
  @Test
  void gradients_are_taken_in_one_place() {
    gradientsOnlyIn("kinetone.tensor..").check(KINETONE);
  }

  /** A network that is neither drawn nor loaded computes with whatever its memory holds. */
  @Test
  void training_never_builds_networks_without_drawing_their_weights() {
    undrawnNowhereIn("kinetone.train..", "kinetone.recipe..").check(KINETONE);
  }

  /** Negative controls: each rule notices a breach. */
  @Test
  void the_rules_notice_breaches() {
    JavaClasses wrong = new ClassFileImporter().importClasses(Breaches.class);
    assertBreached(layer("cli", Set.of("common")), KINETONE);
    assertBreached(apart("recipe", "pipeline"), KINETONE);
    assertBreached(noFilesAndNetwork("kinetone.tensor.."), KINETONE);
    assertBreached(ffmpegOnlyIn("kinetone.scene.."), KINETONE);
    assertBreached(opencvOnlyIn("kinetone.scene.."), KINETONE);
    assertBreached(STATIC_MEANS_FINAL, wrong);
    assertBreached(undrawnNowhereIn("kinetone.exchange.."), KINETONE);
    assertBreached(gradientsOnlyIn("kinetone.train.."), KINETONE);
    assertThatThrownBy(() -> NO_UNSEEDED_RANDOMNESS.check(wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("java.lang.Math.random")
        .hasMessageContaining("java.util.Random.<init>()")
        .hasMessageContaining("ThreadLocalRandom")
        .hasMessageContaining("torch.randn");
  }

  private static void assertBreached(ArchRule rule, JavaClasses classes) {
    assertThatThrownBy(() -> rule.check(classes)).isInstanceOf(AssertionError.class);
  }

  private static ArchRule layer(String layer, Set<String> mayKnow) {
    List<String> known =
        Stream.concat(Stream.of(layer), mayKnow.stream())
            .map(name -> "kinetone." + name + "..")
            .toList();
    DescribedPredicate<JavaClass> allowed =
        resideInAnyPackage(known.toArray(String[]::new))
            .or(DescribedPredicate.not(resideInAPackage("kinetone..")));
    return classes()
        .that(resideInAPackage("kinetone." + layer + ".."))
        .should()
        .onlyDependOnClassesThat(allowed.as("lie in %s", known));
  }

  private static ArchRule apart(String layer, String other) {
    return noClasses()
        .that(resideInAPackage("kinetone." + layer + ".."))
        .should()
        .dependOnClassesThat(resideInAPackage("kinetone." + other + ".."));
  }

  private static ArchRule noFilesAndNetwork(String packages) {
    return noClasses()
        .that(resideInAPackage(packages))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.io..",
                "java.nio.file..",
                "java.nio.channels..",
                "java.net..",
                "javax.net.."));
  }

  private static ArchRule ffmpegOnlyIn(String packages) {
    return noClasses()
        .that(DescribedPredicate.not(resideInAPackage(packages)))
        .should()
        .dependOnClassesThat(resideInAPackage("org.bytedeco.ffmpeg.."));
  }

  private static ArchRule opencvOnlyIn(String packages) {
    return noClasses()
        .that(DescribedPredicate.not(resideInAPackage(packages)))
        .should()
        .dependOnClassesThat(resideInAPackage("org.bytedeco.opencv.."));
  }

  private static ArchRule undrawnNowhereIn(String... packages) {
    return noClasses()
        .that(resideInAnyPackage(packages))
        .should()
        .callMethod(kinetone.tensor.Rng.class, "none");
  }

  @Test
  void convolutions_go_through_the_one_place_that_knows_what_oneDNN_gets_wrong() {
    convolutionsOnlyIn("kinetone.nn.conv..").check(KINETONE);
    assertThatThrownBy(() -> convolutionsOnlyIn("kinetone.nowhere..").check(KINETONE))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Convolution");
  }

  private static ArchRule convolutionsOnlyIn(String packages) {
    return noClasses()
        .that(DescribedPredicate.not(resideInAPackage(packages)))
        .should(
            callCodeUnitWhere(
                DescribedPredicate.describe(
                    "libtorch convolves",
                    call ->
                        call.getTarget().getOwner().getName().endsWith("global.torch")
                            && call.getTarget().getName().matches("conv[123]d|convolution"))));
  }

  private static ArchRule gradientsOnlyIn(String packages) {
    return noClasses()
        .that(DescribedPredicate.not(resideInAPackage(packages)))
        .should(
            callCodeUnitWhere(
                DescribedPredicate.describe("gradients are taken", LayersTest::differentiates)));
  }

  private static boolean differentiates(JavaCall<?> call) {
    String owner = call.getTarget().getOwner().getName();
    String name = call.getTarget().getName();
    return (owner.equals("org.bytedeco.pytorch.Tensor") && name.equals("backward"))
        || (owner.equals("org.bytedeco.pytorch.global.torch") && name.equals("grad"));
  }

  private static boolean unseeded(JavaCall<?> call) {
    CodeUnitCallTarget target = call.getTarget();
    String owner = target.getOwner().getName();
    String name = target.getName();
    boolean noArguments = target.getRawParameterTypes().isEmpty();
    if (owner.equals("java.lang.Math") || owner.equals("java.lang.StrictMath")) {
      return name.equals("random");
    }
    if (owner.equals("java.util.concurrent.ThreadLocalRandom")
        || owner.equals("java.security.SecureRandom")) {
      return true;
    }
    if (target.getOwner().isAssignableTo(RandomGenerator.class)) {
      return name.equals(JavaConstructor.CONSTRUCTOR_NAME) && noArguments;
    }
    return owner.startsWith("org.bytedeco.pytorch.") && drawsGlobally(target);
  }

  /** Whether a libtorch function draws from the generator that all threads share. */
  private static boolean drawsGlobally(CodeUnitCallTarget target) {
    boolean draws = DRAWS.matcher(target.getName()).matches();
    boolean explicit =
        target.getRawParameterTypes().stream()
            .anyMatch(type -> type.getSimpleName().startsWith("Generator"));
    return target.getName().equals("manual_seed") || (draws && !explicit);
  }
}
