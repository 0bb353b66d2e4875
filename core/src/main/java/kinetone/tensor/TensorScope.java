package kinetone.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The lexical lifetime of native memory: every tensor made inside is freed at {@link #close()},
 * except those handed outwards with {@link #keep}. The Java garbage collector does not see native
 * memory, so every training step, sampler step and codec chunk opens one. Scopes belong to the
 * thread that opened them; modules are created outside of scopes.
 */
public final class TensorScope implements AutoCloseable {
  private final PointerScope outer;
  private final PointerScope scope;

  private TensorScope() {
    Engine.start();
    outer = PointerScope.getInnerScope();
    scope = new PointerScope();
  }

  /** Opens a scope on this thread; use with try-with-resources. */
  public static TensorScope open() {
    return new TensorScope();
  }

  /**
   * Hands {@code pointer} to the enclosing scope. Without an enclosing scope the caller owns one
   * reference and must release it with {@link #release}.
   */
  public <P extends Pointer> P keep(P pointer) {
    if (outer != null) {
      outer.attach(pointer);
    } else {
      pointer.retainReference();
    }
    return pointer;
  }

  /** Gives back the reference that {@link #keep} left with the caller. */
  public static void release(Pointer pointer) {
    if (pointer != null && !pointer.isNull()) {
      pointer.releaseReference();
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
