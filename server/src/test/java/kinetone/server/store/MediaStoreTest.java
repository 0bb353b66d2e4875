package kinetone.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaStoreTest {
  @TempDir Path folder;

  @Test
  void a_result_that_is_gone_is_no_fault_of_who_asked_for_it() {
    MediaStore store = new MediaStore(folder, Optional.empty());
    assertThatThrownBy(() -> store.put(folder.resolve("gone.mp4")))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.RESOURCE));
  }
}
