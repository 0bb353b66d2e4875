package kinetone.server.wall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a process behind the wall may become when a file takes it over. */
final class BadWorker {
  private BadWorker() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println(WallProcess.READY);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.contains("/crash")) {
        Runtime.getRuntime().halt(139);
      } else if (line.contains("/hang")) {
        Thread.sleep(1_000_000);
      } else if (line.contains("/grow")) {
        byte[][] held = new byte[700][];
        for (int i = 0; i < held.length; i++) {
          held[i] = new byte[1 << 20];
          Arrays.fill(held[i], (byte) 1);
        }
        Thread.sleep(held.length * 1000L);
      } else if (line.contains("/babble")) {
        while (true) {
          System.out.print("babble");
        }
      }
      System.out.println("{\"answer\":\"done\",\"seconds\":1.0}");
    }
  }
}
