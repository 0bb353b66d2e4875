package kinetone.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Tensor;

/**
 * An optimiser and its numbers. In YAML only {@code learningRate} must be given.
 *
 * @param kind which optimiser; AdamW unless given
 * @param learningRate the peak rate, before {@link LearningRate} scales it
 * @param betas decay of the running moments: AdamW's first and second (0.9 and 0.999 unless given),
 *     Adan's of gradient, of its difference and of the square (0.98, 0.92 and 0.99), Muon's
 *     momentum and those of its AdamW (0.95, 0.9 and 0.95)
 * @param eps added to the denominator; 1e-8 unless given
 * @param weightDecay decoupled weight decay per unit of learning rate; 0 unless given
 * @param decayVectors whether tensors of fewer than two axes (biases, norms) decay too; no unless
 *     given
 * @param noProx Adan only: whether the decay comes before the step, as AdamW's, and not as a
 *     division after it; no unless given
 * @param elementwise Muon only: regular expressions; matrices with a name in which one is found are
 *     left to its AdamW, as usual for embeddings and heads; none unless given
 */
public record OptimizerConfig(
    Kind kind,
    double learningRate,
    List<Double> betas,
    Double eps,
    Double weightDecay,
    Boolean decayVectors,
    // Not written for AdamW, whose files look as before Adan came.
    @JsonInclude(JsonInclude.Include.NON_NULL) Boolean noProx,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<String> elementwise) {
  /** The optimisers there are. */
  public enum Kind {
    /** {@link AdamW}. */
    ADAMW,
    /** {@link Adan}. */
    ADAN,
    /** {@link Muon}. */
    MUON;

    private List<Double> betas() {
      return switch (this) {
        case ADAMW -> List.of(0.9, 0.999);
        case ADAN -> List.of(0.98, 0.92, 0.99);
        case MUON -> List.of(0.95, 0.9, 0.95);
      };
    }
  }

  /** Fills in what is absent and checks the rest. */
  public OptimizerConfig {
    kind = kind == null ? Kind.ADAMW : kind;
    betas = betas == null ? kind.betas() : List.copyOf(betas);
    eps = eps == null ? 1e-8 : eps;
    weightDecay = weightDecay == null ? 0.0 : weightDecay;
    decayVectors = decayVectors != null && decayVectors;
    Check.atLeast("learningRate", learningRate, 0);
    Check.that(
        betas.size() == kind.betas().size(),
        "betas = %s, must be %s numbers for %s",
        betas,
        kind.betas().size(),
        kind);
    for (double beta : betas) {
      Check.that(beta >= 0 && beta < 1, "betas = %s, must be at least 0 and less than 1", betas);
    }
    Check.atLeast("eps", eps, 0);
    Check.atLeast("weightDecay", weightDecay, 0);
    if (kind == Kind.ADAN) {
      noProx = noProx != null && noProx;
    } else {
      Check.that(noProx == null, "noProx is an option of ADAN, not of %s", kind);
    }
    if (kind == Kind.MUON) {
      elementwise = elementwise == null ? List.of() : List.copyOf(elementwise);
      elementwise.forEach(OptimizerConfig::checkPattern);
    } else {
      Check.that(elementwise == null, "elementwise is an option of MUON, not of %s", kind);
    }
  }

  private static void checkPattern(String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw KinetoneException.user(
          "elementwise: '%s' is no regular expression: %s", pattern, e.getDescription());
    }
  }

  /** The optimisers' common numbers. */
  public OptimizerConfig(
      Kind kind,
      double learningRate,
      List<Double> betas,
      Double eps,
      Double weightDecay,
      Boolean decayVectors) {
    this(kind, learningRate, betas, eps, weightDecay, decayVectors, null, null);
  }

  /** Whether Muon leaves the matrix of this name to its AdamW. */
  boolean elementwise(String name) {
    return elementwise.stream().anyMatch(pattern -> Pattern.compile(pattern).matcher(name).find());
  }

  /** AdamW for what Muon leaves to it. */
  OptimizerConfig ofElements() {
    return new OptimizerConfig(
        Kind.ADAMW, learningRate, betas.subList(1, 3), eps, weightDecay, decayVectors);
  }

  /** Whether {@code weightDecay} applies to this parameter. */
  boolean decays(Tensor parameter) {
    return decayVectors || parameter.dim() >= 2;
  }

  /** AdamW with the usual moments and no decay of biases and norms. */
  public static OptimizerConfig adamW(double learningRate, double weightDecay) {
    return new OptimizerConfig(Kind.ADAMW, learningRate, null, null, weightDecay, null);
  }

  /** Adan with its authors' moments; MDSGen: 5e-4 without decay. */
  public static OptimizerConfig adan(double learningRate, double weightDecay) {
    return new OptimizerConfig(Kind.ADAN, learningRate, null, null, weightDecay, null);
  }
}
