package kinetone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.timestep.TimestepSampler;
import org.junit.jupiter.api.Test;

/** {@code docs/equations.md} tells the truth. */
class EquationIndexTest {
  private static final Path INDEX =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "equations.md");

  /** The last cell of a row: a class, and perhaps a member, in backquotes. */
  private static final Pattern ROW =
      Pattern.compile("^\\|.*\\| `(kinetone[\\w.]+)(?:#(\\w+))?` \\|$");

  private record Entry(String className, String member) {}

  @Test
  void every_class_and_member_of_the_index_exists() throws IOException {
    List<Entry> entries = entries(Files.readAllLines(INDEX));
    assertThat(entries).hasSizeGreaterThan(60);
    assertThat(faults(entries)).isEmpty();
  }

  @Test
  void every_schedule_strategy_sampler_guidance_loss_and_denoiser_is_in_the_index()
      throws IOException {
    Set<String> indexed =
        entries(Files.readAllLines(INDEX)).stream()
            .map(Entry::className)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> expected = new TreeSet<>();
    for (JavaClass c :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("kinetone.diffusion", "kinetone.model")) {
      boolean idea =
          Stream.of(
                  NoiseSchedule.class,
                  TimestepSampler.class,
                  Sampler.class,
                  Denoiser.class,
                  DenoisingLoss.class)
              .anyMatch(c::isAssignableTo);
      if (idea && !c.isInterface() && !c.getModifiers().contains(JavaModifier.ABSTRACT)) {
        expected.add(c.getName());
      }
    }
    assertThat(expected).hasSizeGreaterThan(15);
    assertThat(indexed).containsAll(expected);
  }

  @Test
  void what_the_index_lists_is_used_outside_of_tests() throws IOException {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("kinetone");
    Set<String> unused = new TreeSet<>();
    for (Entry entry : entries(Files.readAllLines(INDEX))) {
      Class<?> type = find(entry.className());
      if (type != null && !usedByOthers(all.get(type))) {
        unused.add(entry.className());
      }
    }
    assertThat(unused).isEmpty();
    JavaClass alone = new ClassFileImporter().importClasses(Breaches.class).get(Breaches.class);
    assertThat(usedByOthers(alone)).as("negative control").isFalse();
  }

  /** Whether a class other than {@code type} and those inside of it depends on it. */
  private static boolean usedByOthers(JavaClass type) {
    return type.getDirectDependenciesToSelf().stream()
        .map(dependency -> dependency.getOriginClass().getName())
        .anyMatch(name -> !name.equals(type.getName()) && !name.startsWith(type.getName() + "$"));
  }

  @Test
  void wrong_entries_are_noticed() {
    List<Entry> wrong =
        entries(
            List.of(
                "| a | b | `kinetone.diffusion.Denoiser#predict` |",
                "| a | b | `kinetone.diffusion.Denoiser#guess` |",
                "| a | b | `kinetone.diffusion.Oracle#predict` |",
                "| a | b | `kinetone.diffusion.Denoiser.Prediction#ofNoise` |",
                "| a | b | `kinetone.diffusion.Denoiser.Guess` |"));
    assertThat(wrong).hasSize(5);
    assertThat(faults(wrong))
        .containsExactly(
            "kinetone.diffusion.Denoiser has no guess",
            "kinetone.diffusion.Oracle does not exist",
            "kinetone.diffusion.Denoiser.Guess does not exist");
  }

  /** Every row of every table; a row that cannot be read is a fault of the table. */
  private static List<Entry> entries(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| Where |")) {
        Matcher row = ROW.matcher(line);
        assertThat(row.matches()).as("row names a class: %s", line).isTrue();
        entries.add(new Entry(row.group(1), row.group(2)));
      }
    }
    return entries;
  }

  private static List<String> faults(List<Entry> entries) {
    List<String> faults = new ArrayList<>();
    for (Entry entry : entries) {
      Class<?> type = find(entry.className());
      if (type == null) {
        faults.add(entry.className() + " does not exist");
      } else if (entry.member() != null && !has(type, entry.member())) {
        faults.add(entry.className() + " has no " + entry.member());
      }
    }
    return faults;
  }

  private static boolean has(Class<?> type, String member) {
    return (member.equals("new") && type.getDeclaredConstructors().length > 0)
        || Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(member))
        || Arrays.stream(type.getDeclaredFields()).anyMatch(f -> f.getName().equals(member));
  }

  /** The class, without running its initialiser; null when there is none. */
  private static Class<?> find(String name) {
    String binary = name;
    while (true) {
      try {
        return Class.forName(binary, false, EquationIndexTest.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        int dot = binary.lastIndexOf('.');
        if (dot < 0) {
          return null;
        }
        binary = binary.substring(0, dot) + '$' + binary.substring(dot + 1);
      }
    }
  }
}
