package kinetone.tensor;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * The owner of a loop variable: a tensor that lives across the scopes of a loop and is replaced at
 * each turn. The old value is freed as soon as the new one is set.
 */
public final class Carried implements AutoCloseable {
  private Tensor value;

  private Carried(Tensor value) {
    this.value = value;
    value.retainReference();
  }

  /** Takes a reference to {@code value}. */
  public static Carried of(Tensor value) {
    return new Carried(value);
  }

  /** Takes what {@code first} makes; everything else that it makes is freed. */
  public static Carried of(Supplier<Tensor> first) {
    try (TensorScope scope = TensorScope.open()) {
      return new Carried(first.get());
    }
  }

  /** The present value; valid until the next {@link #advance} or {@link #close}. */
  public Tensor get() {
    return value;
  }

  /** Replaces the value, typically by one made in the scope of this turn. */
  public void advance(Tensor next) {
    next.retainReference();
    value.releaseReference();
    value = next;
  }

  /**
   * Replaces the value by what {@code turn} makes of it; everything else that it makes is freed.
   */
  public void advance(UnaryOperator<Tensor> turn) {
    try (TensorScope scope = TensorScope.open()) {
      advance(turn.apply(value));
    }
  }

  @Override
  public void close() {
    value.releaseReference();
  }
}
