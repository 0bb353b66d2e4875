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
        .containsExactly("monl", "mdsgen", "av-dit");
    for (GenerativeSystem system : Systems.all()) {
      assertThat(Systems.named(system.name())).hasSameClassAs(system);
    }
    refused(
        () -> Systems.named("uniform"), "system 'uniform' is unknown; known: monl, mdsgen, av-dit");
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
  void no_system_hears_words_yet() {
    for (GenerativeSystem system : Systems.all()) {
      for (Option<String> words : List.of(CommonOptions.PROMPT, CommonOptions.NEGATIVE_PROMPT)) {
        refused(
            () -> system.requireKnown(OptionValues.NONE.with(words, "rain")),
            words.name() + " is not an option of " + system.name() + " models; they know: num_inf");
      }
    }
  }
}
