package kinetone.model.mdsgen;

import org.bytedeco.pytorch.Tensor;

/** How the features of all frames become the one vector that blocks are told. */
sealed interface FramesToVector permits Reducer, AllFrames {
  /** (B, frames, width) to (B, width). */
  Tensor forward(Tensor frames);
}
