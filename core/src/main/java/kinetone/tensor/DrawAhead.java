package kinetone.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws that are made before anybody asks, on another thread. The generator is that thread's until
 * {@link #take} or {@link #rewind} is called; a guess that was wrong costs time and changes no
 * number, for the state before each draw is kept.
 */
final class DrawAhead {
  /**
   * A draw that was made.
   *
   * @param before the generator's state before it
   */
  private record Made(Draw draw, Tensor before, Tensor values) {
    void release() {
      TensorScope.release(before);
      TensorScope.release(values);
    }
  }

  private final Generator generator;
  private final CompletableFuture<Deque<Made>> made;

  /** Begins with {@code draws}, in their order. */
  DrawAhead(Generator generator, GeneratorOptional optional, List<Draw> draws) {
    this.generator = generator;
    made = CompletableFuture.supplyAsync(() -> make(generator, optional, draws));
  }

  private static Deque<Made> make(
      Generator generator, GeneratorOptional optional, List<Draw> draws) {
    Deque<Made> made = new ArrayDeque<>();
    // In no scope of another thread: who asks takes them into its own.
    try (PointerScope scope = new PointerScope()) {
      for (Draw draw : draws) {
        Made next = new Made(draw, generator.get_state(), draw.from(optional));
        next.before.retainReference();
        next.values.retainReference();
        made.add(next);
      }
    }
    return made;
  }

  /**
   * The values of {@code draw}, in the caller's scope, where it is what was expected next.
   * Otherwise the generator stands where it would without any of this, and no more draws are ready.
   */
  Optional<Tensor> take(Draw draw) {
    Made next = made.join().peek();
    if (next == null || !next.draw.equals(draw)) {
      rewind();
      return Optional.empty();
    }
    made.join().remove();
    TensorScope.release(next.before);
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      scope.attach(next.values);
      next.values.releaseReference();
    }
    return Optional.of(next.values);
  }

  /** Takes the generator back to where it stands without what nobody asked for. */
  void rewind() {
    Deque<Made> left = made.join();
    if (!left.isEmpty()) {
      generator.set_state(left.peek().before);
    }
    left.forEach(Made::release);
    left.clear();
  }
}
