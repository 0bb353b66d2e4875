package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChunkQueueTest {
  private final byte[] picture = new byte[3];
  private final ClipChunk.Samples sound = new ClipChunk.Samples(0, new float[1][4]);

  @Test
  void a_picture_that_stands_for_ever_takes_no_memory_until_it_is_asked_for() {
    ChunkQueue queue = new ChunkQueue();
    queue.addPictures(5, Long.MAX_VALUE / 2, picture);
    for (long k = 5; k < 100; k++) {
      assertThat(queue.poll()).contains(new ClipChunk.Frame(k, picture));
    }
  }

  @Test
  void pieces_come_in_the_order_in_which_they_were_added() {
    ChunkQueue queue = new ChunkQueue();
    assertThat(queue.poll()).isEmpty();
    queue.addPictures(0, 2, picture);
    queue.addSound(sound);
    queue.addPictures(2, 1, picture);
    queue.addPictures(3, 1, picture);
    assertThat(queue.poll()).contains(new ClipChunk.Frame(0, picture));
    assertThat(queue.poll()).contains(new ClipChunk.Frame(1, picture));
    assertThat(queue.poll()).isEqualTo(Optional.of(sound));
    assertThat(queue.poll()).contains(new ClipChunk.Frame(2, picture));
    assertThat(queue.poll()).contains(new ClipChunk.Frame(3, picture));
    assertThat(queue.poll()).isEmpty();
  }
}
