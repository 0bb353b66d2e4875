package kinetone.server.wall;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;

/**
 * A wall of processes: each works on one task at a time, under limits of time, memory and size of
 * files; one that crashes, hangs or grows is ended, and costs the task it had and nothing else.
 * Processes are kept for further tasks, since Java takes a while to start, and replaced after some.
 */
public final class ChildWall implements MediaWall {
  private static final int TASKS_OF_ONE = 100;
  private static final int HEAP_MIB = 1024;
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final long ADDRESSES_BEYOND_MEMORY = 4L << 30;

  private final List<String> command;
  private final Bounds bounds;
  private final Semaphore places;
  private final Deque<WallProcess> idle = new ArrayDeque<>();
  private boolean closed;

  /**
   * A wall.
   *
   * @param processes most at once
   */
  public ChildWall(Bounds bounds, int processes) {
    this(command(bounds), bounds, processes);
  }

  ChildWall(List<String> command, Bounds bounds, int processes) {
    this.command = command;
    this.bounds = bounds;
    places = new Semaphore(processes, true);
  }

  /** Starts a process beside what is going on here, so that the first task need not wait for it. */
  public void startAhead() {
    Thread first = new Thread(this::startSpare, "wall-start");
    first.setDaemon(true);
    first.start();
  }

  static List<String> command(Bounds bounds) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/bin/bash"))) {
      long files = (bounds.decodedBytes() + bounds.fileBytes() + (64 << 20)) >> 10;
      long addresses = (bounds.memoryBytes() + ADDRESSES_BEYOND_MEMORY) >> 10;
      command.addAll(
          List.of(
              "/bin/bash",
              "-c",
              "ulimit -c 0; ulimit -f " + files + "; ulimit -v " + addresses + "; exec \"$@\"",
              "bash"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + HEAP_MIB + "m",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:CompressedClassSpaceSize=128m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:ErrorFile=/dev/null",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
            "-Dfile.encoding=UTF-8",
            "-cp",
            absolute(System.getProperty("java.class.path"))));
    // Where this process may unpack native libraries, and perhaps nowhere else.
    String unpacked = System.getProperty(CACHE);
    if (unpacked != null) {
      command.add("-D" + CACHE + "=" + unpacked);
    }
    command.add(WallMain.class.getName());
    return command;
  }

  private static String absolute(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split(File.pathSeparator, -1)) {
      parts.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, parts);
  }

  private void startSpare() {
    try {
      WallProcess spare = new WallProcess(command, bounds);
      synchronized (idle) {
        if (!closed && idle.isEmpty()) {
          idle.push(spare);
          return;
        }
      }
      spare.close();
    } catch (IOException e) {
      // The task that needs one will tell.
      return;
    }
  }

  @Override
  public MediaAnswer run(MediaTask task) {
    places.acquireUninterruptibly();
    try {
      WallProcess process = take();
      boolean good = false;
      try {
        MediaAnswer answer = answer(process.run(WallMain.text(task)));
        good = true;
        return known(answer);
      } catch (WallProcess.Ended e) {
        throw KinetoneException.user(
            e,
            "the file cannot be worked on: the process that did so had to be ended, %s",
            e.getMessage());
      } finally {
        give(process, good);
      }
    } finally {
      places.release();
    }
  }

  private static MediaAnswer answer(String line) throws WallProcess.Ended {
    try {
      return Json.bind("answer", Json.tree("answer", line), MediaAnswer.class);
    } catch (KinetoneException e) {
      throw new WallProcess.Ended("it answered nonsense");
    }
  }

  private static MediaAnswer known(MediaAnswer answer) {
    if (answer instanceof MediaAnswer.Refused refused) {
      String message = Printable.line(refused.message());
      if (refused.kind().equals(KinetoneException.Kind.USER.name())) {
        throw KinetoneException.user("%s", message);
      }
      if (refused.kind().equals(KinetoneException.Kind.RESOURCE.name())) {
        throw KinetoneException.resource(null, "%s", message);
      }
      throw KinetoneException.internal("behind the wall: %s", message);
    }
    return answer;
  }

  private WallProcess take() {
    synchronized (idle) {
      while (!idle.isEmpty()) {
        WallProcess process = idle.pop();
        if (process.isAlive()) {
          return process;
        }
        process.close();
      }
    }
    try {
      return new WallProcess(command, bounds);
    } catch (IOException e) {
      throw KinetoneException.resource(
          e, "no process for media can be started: %s", Printable.line(e.getMessage()));
    }
  }

  private void give(WallProcess process, boolean good) {
    synchronized (idle) {
      if (good && !closed && process.isAlive() && process.tasks() < TASKS_OF_ONE) {
        idle.push(process);
        return;
      }
    }
    process.close();
  }

  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.forEach(WallProcess::close);
      idle.clear();
    }
  }
}
