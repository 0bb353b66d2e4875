package kinetone.tensor;

import kinetone.common.Check;
import org.bytedeco.pytorch.global.torch;

/**
 * Starts libtorch once, with the settings that JavaCPP reads before its first native call. Every
 * class of this package that makes tensors calls {@link #start()}.
 */
public final class Engine {
  static {
    setIfAbsent("org.bytedeco.openblas.load", "mkl_rt");
    setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
    setIfAbsent("org.bytedeco.javacpp.nopointergc", "true");
  }

  private Engine() {}

  /** Loads the native libraries if that has not happened yet. */
  public static void start() {
    Started.touch();
  }

  /** Sets the number of threads one operation may use; results do not depend on scheduling. */
  public static void setThreads(int threads) {
    Check.atLeast("threads", threads, 1);
    start();
    torch.set_num_threads(threads);
  }

  /** Threads one operation may use. */
  public static int threads() {
    start();
    return torch.get_num_threads();
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** Holder idiom: the class initialiser runs once, after the properties are set. */
  private static final class Started {
    static {
      torch.get_num_threads();
    }

    static void touch() {}
  }
}
