package kinetone.tensor;

import static org.bytedeco.pytorch.global.torch.make_generator_cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * An explicit source of randomness: libtorch's Mersenne Twister on the CPU, the same numbers as
 * {@code torch.Generator().manual_seed(seed)} in Python. Draws are made on the CPU and moved to the
 * device by the caller, so that a seed gives the same noise everywhere. Not thread-safe; its native
 * memory lives as long as this object is reachable and is freed by {@link #close()}.
 */
public final class Rng implements AutoCloseable {
  static {
    Engine.start();
  }

  private final Generator generator;
  private final GeneratorOptional optional;
  private final Allowance allowance;
  private final List<Draw> noted = new ArrayList<>();
  private boolean notes;
  private DrawAhead ahead;

  /** A generator in the state that {@code seed} gives. */
  public Rng(long seed) {
    generator = make_generator_cpu(seed);
    optional = new GeneratorOptional(generator);
    generator.retainReference();
    optional.retainReference();
    allowance = shape -> {};
  }

  private Rng(Allowance allowance) {
    generator = null;
    optional = null;
    this.allowance = allowance;
  }

  /** Says whether a network may have one more tensor. */
  public interface Allowance {
    /**
     * Hears of a tensor before memory is taken for it.
     *
     * @throws KinetoneException when there is not to be one
     */
    void take(long[] shape);
  }

  /**
   * A source that has nothing to draw, for networks whose every tensor is loaded as soon as they
   * are built: initialisers leave memory as it was allocated, other draws are faults. A network
   * that is built so and not loaded computes with whatever the memory holds; training never builds
   * one (LayersTest keeps this).
   */
  public static Rng none() {
    return none(shape -> {});
  }

  /** The same for a network whose size somebody else's file decides. */
  public static Rng none(Allowance allowance) {
    return new Rng(allowance);
  }

  /** Asks for room for a tensor that is about to be allocated; sources that draw have no bounds. */
  public void claim(long... shape) {
    allowance.take(shape);
  }

  /** Whether this source has nothing to draw, see {@link #none()}. */
  public boolean isNone() {
    return generator == null;
  }

  /**
   * The generator of one item among many: a pure function of the seed and the item's numbers, so
   * that neither batch size nor order of work changes what an item draws.
   */
  public static Rng of(long seed, long... path) {
    long state = mix(seed);
    for (long part : path) {
      state = mix(state ^ mix(part + 0x9E3779B97F4A7C15L));
    }
    return new Rng(state);
  }

  /** Standard normal float32 values. */
  public Tensor normal(long... shape) {
    return draw(new Draw.Normal(Draw.shape(shape)));
  }

  /** Uniform float32 values in [0, 1). */
  public Tensor uniform(long... shape) {
    return draw(new Draw.Uniform(Draw.shape(shape)));
  }

  /** Uniform int64 values in [{@code low}, {@code high}). */
  public Tensor integers(long low, long high, long... shape) {
    return draw(new Draw.Integers(low, high, Draw.shape(shape)));
  }

  private Tensor draw(Draw draw) {
    generator();
    if (notes) {
      noted.add(draw);
    }
    if (ahead != null) {
      Optional<Tensor> ready = ahead.take(draw);
      if (ready.isPresent()) {
        return ready.get();
      }
      ahead = null;
    }
    return draw.from(optional);
  }

  /**
   * Begins to draw {@code expected} on another thread, so that they are ready when they are asked
   * for: a device then need not wait for its noise. The numbers are the same whatever is asked for.
   *
   * @return what was drawn since the last call of this, or nothing when it is the first
   */
  public List<Draw> expect(List<Draw> expected) {
    ahead = ahead(expected);
    notes = true;
    List<Draw> before = List.copyOf(noted);
    noted.clear();
    return before;
  }

  DrawAhead ahead(List<Draw> expected) {
    settle();
    return new DrawAhead(generator(), optional, expected);
  }

  private void settle() {
    if (ahead != null) {
      ahead.rewind();
      ahead = null;
    }
  }

  /** One uniform double in [0, 1) (24 bits). */
  public double nextDouble() {
    try (PointerScope scope = new PointerScope()) {
      return uniform(1).item_float();
    }
  }

  /**
   * The libtorch generator, for in-place operations that take one.
   *
   * @throws KinetoneException when this is {@link #none()}, as all draws do
   */
  public GeneratorOptional optional() {
    generator();
    settle();
    return optional;
  }

  /** The whole state, for checkpoints. */
  public byte[] state() {
    try (PointerScope scope = new PointerScope()) {
      settle();
      Tensor state = generator().get_state();
      byte[] bytes = new byte[Math.toIntExact(state.numel())];
      new BytePointer(state.data_ptr()).get(bytes);
      return bytes;
    }
  }

  /**
   * Returns to a state taken with {@link #state()}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public void restore(byte[] state) {
    try (PointerScope scope = new PointerScope()) {
      settle();
      Tensor tensor = generator().get_state();
      if (state.length != tensor.numel()) {
        throw new IllegalArgumentException("a state has " + tensor.numel() + " bytes");
      }
      new BytePointer(tensor.data_ptr()).put(state);
      try {
        generator().set_state(tensor);
      } catch (RuntimeException e) {
        // libtorch looks at what of the bytes cannot be.
        throw new IllegalArgumentException(e);
      }
    }
  }

  private Generator generator() {
    if (generator == null) {
      throw KinetoneException.internal("a draw from a source that has nothing to draw");
    }
    return generator;
  }

  @Override
  public void close() {
    if (generator == null) {
      return;
    }
    settle();
    optional.releaseReference();
    generator.releaseReference();
  }

  /** SplitMix64 finaliser (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
