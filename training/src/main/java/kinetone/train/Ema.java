package kinetone.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Exponential moving average of parameters: after the update number n (from 0)
 *
 * <pre>
 *   d = min(decay, (1 + n) / (10 + n))   with warm-up, else d = decay
 *   shadow ← d · shadow + (1 − d) · parameter
 * </pre>
 *
 * The warm-up is that of TensorFlow's {@code ExponentialMovingAverage(num_updates)}: early weights
 * are forgotten.
 */
public final class Ema implements AutoCloseable {
  /**
   * What to average.
   *
   * @param decay the weight of the past, in [0, 1)
   * @param warmup whether the decay rises with the number of updates; yes unless given
   */
  public record Config(double decay, Boolean warmup) {
    /** Fills in what is absent and checks the rest. */
    public Config {
      Check.that(decay >= 0 && decay < 1, "ema decay = %s, must be at least 0 and below 1", decay);
      warmup = warmup == null || warmup;
    }
  }

  private final Config config;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> shadows = new LinkedHashMap<>();
  private final IValue parameterList;
  private final IValue shadowList;
  private long updates;

  /** An average that starts at the present values of {@code parameters}. */
  public Ema(Config config, Map<String, Tensor> parameters) {
    this.config = config;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      parameters.forEach(
          (name, parameter) -> {
            Tensor shadow = parameter.detach().clone();
            shadow.retainReference();
            parameter.retainReference();
            this.parameters.put(name, parameter);
            shadows.put(name, shadow);
          });
    }
    parameterList = TensorLists.retained(this.parameters.values());
    shadowList = TensorLists.retained(shadows.values());
  }

  /** Takes in the present parameters. */
  public void update() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      TensorLists.lerp(shadowList, parameterList, 1 - decay());
    }
    updates++;
  }

  /** The weight of the past in the next update. */
  public double decay() {
    return config.warmup()
        ? Math.min(config.decay(), (1.0 + updates) / (10.0 + updates))
        : config.decay();
  }

  /** Updates taken so far. */
  public long updates() {
    return updates;
  }

  /** The averages by parameter name; the tensors are not copies. */
  public Map<String, Tensor> shadows() {
    return Collections.unmodifiableMap(shadows);
  }

  /** Overwrites the parameters with the averages. */
  public void copyToModule() {
    NamedTensors.copy("average", shadows, parameters);
  }

  /** Overwrites the averages with the parameters. */
  public void copyFromModule() {
    NamedTensors.copy("module", parameters, shadows);
  }

  /** Returns to averages and a number of updates from a checkpoint. */
  public void load(String what, Map<String, Tensor> averages, long updates) {
    NamedTensors.copy(what, averages, shadows);
    this.updates = updates;
  }

  /**
   * Puts the averages into the module until the result is closed; exact to the bit. No update may
   * happen in between.
   */
  public Swap swapIn() {
    exchange();
    return this::exchange;
  }

  private void exchange() {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      shadows.forEach(
          (name, shadow) -> {
            try (TensorScope scope = TensorScope.open()) {
              Tensor parameter = parameters.get(name);
              Tensor held = parameter.detach().clone();
              parameter.copy_(shadow);
              shadow.copy_(held);
            }
          });
    }
  }

  /** Returns the trained parameters when closed. */
  @FunctionalInterface
  public interface Swap extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    parameterList.releaseReference();
    shadowList.releaseReference();
    shadows.values().forEach(Tensor::releaseReference);
    parameters.values().forEach(Tensor::releaseReference);
    shadows.clear();
    parameters.clear();
  }
}
