package kinetone.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import kinetone.server.log.EventLog;

/** A worker in a process of its own: says so, and ends when standard input does. */
final class WorkerForKilling {
  private WorkerForKilling() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    ServerConfig.Builder config =
        TinyServer.config(folder.resolve(TinyServer.MODEL), folder.resolve("data"));
    WorkerProcess worker =
        new WorkerProcess(
            TinyServer.shared(config, arguments[1], 1).build(), new EventLog(System.err));
    System.out.println("working");
    System.out.flush();
    System.in.transferTo(OutputStream.nullOutputStream());
    worker.close();
    Runtime.getRuntime().halt(0);
  }
}
