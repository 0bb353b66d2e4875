package kinetone.train;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Changes parameters against their gradients. Owns its state, which checkpoints keep by name. */
public interface Optimizer extends AutoCloseable {
  /** The optimiser that {@code config} describes, over trainable parameters by name. */
  static Optimizer of(OptimizerConfig config, Map<String, Tensor> parameters) {
    return switch (config.kind()) {
      case ADAMW -> new AdamW(config, parameters);
      case ADAN -> new Adan(config, parameters);
      case MUON -> new Muon(config, parameters);
    };
  }

  /**
   * One update; a parameter without a gradient is left alone. Needs no gradient mode of the caller
   * and frees what it makes.
   *
   * @param learningRate the rate of this step
   */
  void step(double learningRate);

  /** The state by name, for example {@code exp_avg.blocks.0.weight}; the tensors are not copies. */
  Map<String, Tensor> state();

  /**
   * Copies a state taken with {@link #state()}.
   *
   * @param what names the state in errors, for example the file
   * @throws kinetone.common.KinetoneException when names or shapes differ
   */
  void load(String what, Map<String, Tensor> state);

  @Override
  void close();
}
