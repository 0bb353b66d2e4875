package kinetone.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import kinetone.server.log.EventLog;

/** A server in a process of its own: prints its port, and ends when standard input does. */
final class ServerForKilling {
  private ServerForKilling() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    ServerConfig.Builder config =
        TinyServer.config(folder.resolve(TinyServer.MODEL), folder.resolve("data"));
    int queue = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    KinetoneServer server =
        new KinetoneServer(config.queue(queue).build(), new EventLog(System.err));
    System.out.println(server.address());
    System.out.flush();
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }
}
