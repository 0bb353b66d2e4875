package kinetone.server.wall;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One process behind the wall, watched from this side: its time, its memory, its answers. */
final class WallProcess implements AutoCloseable {
  /** What the process says first. */
  static final String READY = "ready";

  private static final long LOOK_MILLIS = 20;
  private static final double START_SECONDS = 60;
  private static final int LONGEST_ANSWER = 64 << 10;
  private static final long PAGE_BYTES = 4096;

  /** The process had to be ended, or ended by itself. */
  static final class Ended extends Exception {
    Ended(String reason) {
      super(reason);
    }
  }

  private final Process process;
  private final Bounds bounds;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private boolean ready;
  private int tasks;

  WallProcess(List<String> command, Bounds bounds) throws IOException {
    this.bounds = bounds;
    ProcessBuilder builder = new ProcessBuilder(command);
    // What the server knows of passwords and keys is not for what may be taken over by a file.
    builder
        .environment()
        .keySet()
        .retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    process = builder.start();
    Thread reader = new Thread(this::read, "wall-answers");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(process.getInputStream())) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0 && line.size() < LONGEST_ANSWER; b = in.read()) {
        if (b == '\n') {
          answers.add(Optional.of(line.toString(StandardCharsets.UTF_8)));
          line.reset();
        } else {
          line.write(b);
        }
      }
    } catch (IOException e) {
      // The end of the process.
    }
    answers.add(Optional.empty());
  }

  /** How many tasks it had. */
  int tasks() {
    return tasks;
  }

  /** Whether it lives. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Has a task done; the answer as it came. */
  String run(String task) throws Ended {
    tasks++;
    // Java may take long to start where the machine is busy, which is no fault of a file.
    if (!ready) {
      ready = next(START_SECONDS).equals(READY);
    }
    if (!ready) {
      throw new Ended("it did not start");
    }
    try {
      OutputStream out = process.getOutputStream();
      out.write((task + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new Ended("it crashed");
    }
    return next(bounds.wallSeconds());
  }

  private String next(double seconds) throws Ended {
    long until = System.nanoTime() + (long) (seconds * 1e9);
    try {
      while (true) {
        Optional<String> answer = answers.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (answer != null) {
          return answer.orElseThrow(() -> new Ended("it crashed"));
        }
        if (System.nanoTime() > until) {
          throw new Ended("it took longer than " + Math.round(seconds) + " s");
        }
        if (memory() > bounds.memoryBytes()) {
          throw new Ended("it took more than " + (bounds.memoryBytes() >> 20) + " MiB of memory");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Ended("the server is closing");
    }
  }

  /** Resident memory in bytes where the system tells, 0 elsewhere. */
  private long memory() {
    try {
      String[] pages =
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm")).split(" ", 3);
      return Long.parseLong(pages[1]) * PAGE_BYTES;
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
