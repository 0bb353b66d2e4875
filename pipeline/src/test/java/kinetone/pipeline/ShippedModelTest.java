package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShippedModelTest {
  @Test
  void the_shipped_model_is_read_by_this_version() {
    try (Pipeline model = Kinetone.load(Path.of("../models/monl-scenes"), Kinetone.Options.CPU)) {
      assertThat(model.index().format().frames()).isEqualTo(17);
    }
  }
}
