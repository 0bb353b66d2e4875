package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SystemsTest {
  @Test
  void systems_are_found_by_their_names_and_others_are_refused_with_those_there_are() {
    assertThat(Systems.all().stream().map(GenerativeSystem::name))
        .containsExactly("monl", "mdsgen", "av-dit", "uniform");
    for (GenerativeSystem system : Systems.all()) {
      assertThat(Systems.named(system.name())).hasSameClassAs(system);
    }
    refused(
        () -> Systems.named("other"),
        "system 'other' is unknown; known: monl, mdsgen, av-dit, uniform");
    refused(() -> Systems.named("MONL"), "system 'MONL' is unknown");
  }

  @Test
  void every_system_says_what_it_is() {
    for (GenerativeSystem system : Systems.all()) {
      assertThat(system.name()).matches("[a-z-]+");
      assertThat(system.summary()).isNotBlank().hasLineCount(1);
      assertThat(system.tasks()).isNotEmpty();
      system.requireKnown(system.defaults());
      Set<String> roles = new HashSet<>();
      Set<String> folders = new HashSet<>();
      for (Part part : system.parts()) {
        assertThat(roles.add(part.role())).isTrue();
        assertThat(folders.add(part.folder())).isTrue();
        assertThat(part.help()).isNotBlank().hasLineCount(1);
      }
      assertThat(roles).contains("denoiser");
      assertThat(system.allOptions()).startsWith(CommonOptions.ALL.toArray(Option<?>[]::new));
      assertThat(system.allOptions()).doesNotHaveDuplicates();
    }
  }

  @Test
  void systems_that_hear_no_words_refuse_them() {
    assertThat(Systems.named("uniform").allOptions()).contains(CommonOptions.PROMPT);
    for (String name : List.of("monl", "mdsgen", "av-dit")) {
      GenerativeSystem system = Systems.named(name);
      for (Option<String> words : List.of(CommonOptions.PROMPT, CommonOptions.NEGATIVE_PROMPT)) {
        refused(
            () -> system.requireKnown(OptionValues.NONE.with(words, "rain")),
            words.name() + " is not an option of " + system.name() + " models; they know: num_inf");
      }
    }
  }
}
