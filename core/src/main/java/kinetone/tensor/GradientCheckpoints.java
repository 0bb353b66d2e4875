package kinetone.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradient checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost"):
 * stretches of a network are computed without keeping what their gradients need, and computed again
 * when it is their turn in the backward pass. Gradients are those of the plain pass but for the
 * order in which they are summed, for a second forward pass of time.
 *
 * <p>One object is for one pass: {@link #enter} what comes before, {@link #run} the stretches in
 * order, differentiate the loss, then {@link #backward}. Nothing in a stretch may draw random
 * numbers.
 */
public final class GradientCheckpoints implements AutoCloseable {
  /** A part of a network: a function of its inputs and of parameters. */
  @FunctionalInterface
  public interface Stretch {
    /** What it makes of {@code inputs}. */
    List<Tensor> of(List<Tensor> inputs);
  }

  private record Done(List<Tensor> inputs, Stretch stretch, List<Tensor> outputs) {}

  private record Entry(Tensor origin, Tensor inside) {}

  private final Deque<Done> stretches = new ArrayDeque<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Tensor> held = new ArrayList<>();

  private Tensor hold(Tensor tensor) {
    tensor.retainReference();
    held.add(tensor);
    return tensor;
  }

  /**
   * {@code x} as an input of stretches; its own gradients follow at the end of the backward pass.
   */
  public Tensor enter(Tensor x) {
    Tensor inside = hold(x.detach());
    if (x.requires_grad()) {
      inside.set_requires_grad(true);
      entries.add(new Entry(hold(x), inside));
    }
    return inside;
  }

  /**
   * Computes a stretch.
   *
   * @param inputs what {@link #enter} or an earlier stretch gave
   * @return what it makes of them
   */
  public List<Tensor> run(List<Tensor> inputs, Stretch stretch) {
    List<Tensor> outputs = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Tensor made : stretch.of(inputs)) {
        outputs.add(hold(made.detach()));
      }
    }
    outputs.forEach(output -> output.set_requires_grad(true));
    stretches.push(new Done(List.copyOf(inputs), stretch, List.copyOf(outputs)));
    return outputs;
  }

  /**
   * Goes on with the gradients that the differentiated loss left at what the last stretch made.
   *
   * @param forward how a forward pass is run, for example in another precision
   */
  public void backward(Function<Supplier<List<Tensor>>, List<Tensor>> forward) {
    while (!stretches.isEmpty()) {
      Done done = stretches.pop();
      try (TensorScope scope = TensorScope.open()) {
        backward(forward.apply(() -> done.stretch().of(done.inputs())), done.outputs());
      }
    }
    for (Entry entry : entries) {
      try (TensorScope scope = TensorScope.open()) {
        backward(List.of(entry.origin()), List.of(entry.inside()));
      }
    }
  }

  /** From the gradients at {@code leaves}, which were cut from {@code outputs}. */
  private static void backward(List<Tensor> outputs, List<Tensor> leaves) {
    Tensor total = null;
    for (int i = 0; i < outputs.size(); i++) {
      Tensor gradient = leaves.get(i).grad();
      if (gradient.defined() && outputs.get(i).requires_grad()) {
        Tensor product = outputs.get(i).mul(gradient).sum();
        total = total == null ? product : total.add(product);
      }
    }
    if (total != null) {
      Differentiation.backward(total);
    }
  }

  @Override
  public void close() {
    held.forEach(Tensor::releaseReference);
    held.clear();
    stretches.clear();
    entries.clear();
  }
}
