package kinetone.system.monl;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.codec.TimeLayout;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipGeometry;
import org.junit.jupiter.api.Test;

class ContinuationTest {
  private static final int RATE = 16000;
  private static final ClipFormat FORMAT = new ClipFormat(16, 16, 17, 8, 34_000, RATE);
  private static final TimeLayout PICTURES = new TimeLayout.Causal(4);

  @Test
  void the_shipped_geometry_goes_on_from_whole_segments() {
    // 107 latents, the last one padded; 75 are 1.5 s, and 31 fill the first two segments.
    assertThat(Continuation.of(geometry(FORMAT, 320))).contains(new Continuation(12, 75, 31));
  }

  @Test
  void steps_that_no_latent_ends_with_are_not_taken() {
    // 2000 samples a picture: no step shorter than the window is whole latents of 2300.
    assertThat(Continuation.of(geometry(FORMAT, 2300))).isEmpty();
    // A single latent of picture has no second segment to go on with.
    ClipFormat still = new ClipFormat(16, 16, 1, 8, 2000, RATE);
    assertThat(Continuation.of(geometry(still, 320))).isEmpty();
  }

  private static ClipGeometry geometry(ClipFormat format, int hop) {
    return new ClipGeometry(format, PICTURES, new TimeLayout.Blocks(hop));
  }
}
