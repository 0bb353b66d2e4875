package kinetone.pipeline;

import java.util.Optional;

/** Pictures that come while sound is made for them: those of a camera, or of a canvas. */
@FunctionalInterface
public interface LivePictures {
  /**
   * Waits for the next picture; called on the generating thread.
   *
   * @return its RGB values, rows from top to bottom, in the model's size and at its rate; empty
   *     when there will be no more
   */
  Optional<byte[]> next();
}
