package kinetone.train;

import java.util.List;
import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One fixed batch of eight examples, given as a number of equal micro batches. */
final class SplitBatch implements TrainingTask {
  private final NoisyLine.Net net = new NoisyLine.Net(16);
  private final int parts;

  SplitBatch(int parts) {
    this.parts = parts;
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("net", net, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    int examples = 8 / parts;
    float[] values = new float[examples * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(0.9 * (i + microBatch * values.length));
    }
    Tensor x = Tensors.of(values, examples, 4);
    return new Value(torch.mse_loss(net.forward(x), x), Map.of());
  }

  @Override
  public Map<String, Double> validate() {
    return Map.of();
  }

  @Override
  public void close() {
    net.close();
  }
}
