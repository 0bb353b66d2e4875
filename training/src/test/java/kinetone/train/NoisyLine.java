package kinetone.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A small network that learns to remove noise; seeds make it reproducible. */
final class NoisyLine implements TrainingTask {
  /** Two layers. */
  static final class Net extends Module {
    final LinearImpl first;
    final LinearImpl second;

    Net(int width) {
      super("Net");
      first = register_module("first", new LinearImpl(4, width));
      second = register_module("second", new LinearImpl(width, 4));
      try (Rng rng = new Rng(7);
          NoGradGuard noGrad = new NoGradGuard()) {
        for (Tensor parameter : StateDict.parameters(this).values()) {
          parameter.normal_(0, 0.3, rng.optional());
        }
      }
    }

    Tensor forward(Tensor x) {
      return second.forward(torch.tanh(first.forward(x)));
    }
  }

  final Net net;
  private final int batch;
  private final long badFrom;
  private final long badUntil;

  NoisyLine(int width, int batch) {
    this(width, batch, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** With infinite losses from step {@code badFrom} until before {@code badUntil}. */
  NoisyLine(int width, int batch, long badFrom, long badUntil) {
    net = new Net(width);
    this.batch = batch;
    this.badFrom = badFrom;
    this.badUntil = badUntil;
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("net", net, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    Tensor clean = clean(step, microBatch);
    Tensor noisy = clean.add(rng.normal(batch, 4).mul(new Scalar(0.1f)));
    Tensor loss = torch.mse_loss(net.forward(noisy), clean);
    if (step >= badFrom && step < badUntil) {
      loss = loss.mul(new Scalar(Float.NaN));
    }
    return new Value(loss, Map.of("mse", loss));
  }

  private Tensor clean(long step, int microBatch) {
    float[] values = new float[batch * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(0.3 * step + 1.7 * microBatch + 0.9 * i);
    }
    return Tensors.of(values, batch, 4);
  }

  @Override
  public Map<String, Double> validate() {
    Tensor clean = clean(1_000_000, 0);
    double loss = torch.mse_loss(net.forward(clean), clean).item_float();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("mse", loss);
    return figures;
  }

  @Override
  public void close() {
    net.close();
  }
}
