package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Altered models, damaged media and pickles through the commands, in a process that may have 3.5 GB
 * and a minute each: see {@link Ordeal}. The build takes some of each kind; all of them:
 *
 * <pre>
 * mvn -B -q -pl cli -am test -Dtest=OrdealTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dkinetone.ordeal=monl,mdsgen,media,pickles
 * </pre>
 */
@EnabledOnOs(OS.LINUX)
class OrdealTest {
  private static final String WHOLE = System.getProperty("kinetone.ordeal", "");

  /** How many of a kind the build takes, spread over all. */
  private static final int SAMPLE = 8;

  @ParameterizedTest
  @EnumSource(OrdealTrials.Kind.class)
  void bad_input_ends_with_a_clip_or_with_one_line(OrdealTrials.Kind kind) throws Exception {
    boolean whole = !WHOLE.isEmpty();
    assumeTrue(
        !whole || Arrays.asList(WHOLE.split(",")).contains(kind.name().toLowerCase(Locale.ROOT)));
    int count = OrdealTrials.count(kind);
    List<Integer> numbers =
        IntStream.range(0, whole ? count : SAMPLE)
            .map(i -> whole ? i : (int) ((i + 0.5) * count / SAMPLE))
            .boxed()
            .toList();
    List<Ordeal.Outcome> outcomes = Ordeal.endure(kind, numbers, System.out);
    System.out.println(Ordeal.summary(kind, outcomes));
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.fault()).isEmpty());
  }
}
