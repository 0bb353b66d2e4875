package kinetone.tensor;

import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.Loader;
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

  /**
   * Loads the native libraries if that has not happened yet.
   *
   * @throws KinetoneException of kind MACHINE when both builds of them are on the class path
   */
  public static void start() {
    requireOneBuild();
    Started.touch();
  }

  /**
   * Looks, without loading anything, whether the native libraries are there for processors or for
   * GPUs but not both: two libtorch in one process end it ('multiple backend fallbacks').
   *
   * @throws KinetoneException of kind MACHINE when both are on the class path
   */
  public static void requireOneBuild() {
    if (Natives.BOTH) {
      throw KinetoneException.machine(
          null,
          "libtorch is on the class path for processors and for GPUs; keep one:"
              + " pytorch-...-%1$s.jar or pytorch-...-%1$s-gpu.jar",
          Loader.getPlatform());
    }
  }

  /**
   * Sets the number of threads one operation may use; results do not depend on scheduling.
   *
   * @throws kinetone.common.KinetoneException of kind USER unless there are that many processors
   */
  public static void setThreads(int threads) {
    checkThreads(threads);
    start();
    torch.set_num_threads(threads);
  }

  /** The same check, without starting anything. */
  public static void checkThreads(int threads) {
    Check.atLeast("threads", threads, 1);
    int most = processors();
    Check.that(
        threads <= most,
        "threads = %d, must be at most %d, as many as there are processors",
        threads,
        most);
  }

  /**
   * Whether GPUs may round the factors of float32 products to 10 bits (TF32), in matrix products
   * and convolutions alike. They may not unless this was called: libtorch itself allows it in
   * convolutions.
   */
  public static void allowTf32(boolean allowed) {
    start();
    Started.tf32(allowed);
  }

  /** Whether GPUs may round the factors of float32 products. */
  public static boolean tf32() {
    start();
    return torch.globalContext().allowTF32CuBLAS();
  }

  /** Threads one operation may use. */
  public static int threads() {
    start();
    return torch.get_num_threads();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Threads for one operation where nobody says how many. libtorch takes one for each core, but
   * reads from the processor which of them are two halves of one: on virtual machines it was seen
   * to take half of the cores that the system names.
   *
   * @param chosen by libtorch
   * @param cores that the system names
   * @param processors that this process may use
   */
  static int usefulThreads(int chosen, int cores, int processors) {
    return Math.max(chosen, Math.min(cores, processors));
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** Looked for once; a refusal does not use the class up, so that all who ask are told. */
  private static final class Natives {
    private static final boolean BOTH = isThere("") && isThere("-gpu");

    private static boolean isThere(String extension) {
      String file =
          "/org/bytedeco/pytorch/%s%s/%s"
              .formatted(Loader.getPlatform(), extension, System.mapLibraryName("jnitorch"));
      return torch.class.getResource(file) != null;
    }
  }

  /** Holder idiom: the class initialiser runs once, after the properties are set. */
  private static final class Started {
    static {
      acceptOpenBlas();
      int chosen = torch.get_num_threads();
      int useful = usefulThreads(chosen, Loader.totalCores(), processors());
      if (System.getenv("OMP_NUM_THREADS") == null && useful != chosen) {
        torch.set_num_threads(useful);
      }
      // Where it cannot start, it says so at every convolution; elsewhere oneDNN is preferred to
      // it.
      torch.globalContext().setUserEnabledNNPACK(false);
      tf32(false);
    }

    /**
     * OpenBLAS is there for its Java classes, MKL computes. That its version is another than
     * JavaCPP's is on purpose, and JavaCPP would tell every user of every command.
     */
    private static void acceptOpenBlas() {
      String key = "org.bytedeco.javacpp.loadlibraries";
      String before = System.getProperty(key);
      System.setProperty(key, "false");
      try {
        Class.forName("org.bytedeco.openblas.presets.openblas_nolapack");
      } catch (ClassNotFoundException e) {
        throw new ExceptionInInitializerError(e);
      } finally {
        if (before == null) {
          System.clearProperty(key);
        } else {
          System.setProperty(key, before);
        }
      }
    }

    static void tf32(boolean allowed) {
      torch.globalContext().setAllowTF32CuBLAS(allowed);
      torch.globalContext().setAllowTF32CuDNN(allowed);
    }

    static void touch() {}
  }
}
