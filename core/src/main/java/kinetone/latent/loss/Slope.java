package kinetone.latent.loss;

import org.bytedeco.pytorch.Scalar;

/** The slope of the leaky ReLU of all discriminators here. */
final class Slope {
  static final Scalar LEAKY = new Scalar(0.2);

  static {
    // The constant must not die with the scope that happens to be open when this class loads.
    LEAKY.retainReference();
  }

  private Slope() {}
}
