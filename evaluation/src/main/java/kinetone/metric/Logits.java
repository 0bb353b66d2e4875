package kinetone.metric;

/** Probabilities of what a classifier says before its last function. */
final class Logits {
  private Logits() {}

  /** Logarithms of the probabilities of classes of which one is right. */
  static double[] logSoftmax(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double all = largest + Math.log(sum);
    double[] logarithms = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      logarithms[i] = logits[i] - all;
    }
    return logarithms;
  }

  /** Probabilities of classes of which one is right. */
  static double[] softmax(double[] logits) {
    double[] probabilities = logSoftmax(logits);
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = Math.exp(probabilities[i]);
    }
    return probabilities;
  }

  /** Probabilities of classes of which any may be right. */
  static double[] sigmoid(double[] logits) {
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = 1 / (1 + Math.exp(-logits[i]));
    }
    return probabilities;
  }
}
