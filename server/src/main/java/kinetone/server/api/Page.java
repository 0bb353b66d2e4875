package kinetone.server.api;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page for people, and the description of the API: files of this library, named one by one. */
public final class Page {
  private static final Map<String, String> FILES =
      Map.of(
          "/", "page/index.html",
          "/style.css", "page/style.css",
          "/app.js", "page/app.js",
          "/player.js", "page/player.js",
          "/live.js", "page/live.js",
          "/sound.js", "page/sound.js",
          "/icon.svg", "page/icon.svg",
          "/openapi.yaml", "openapi.yaml");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml");

  private Page() {}

  /** Adds the addresses. */
  public static void addTo(RoutesConfig routes) {
    FILES.forEach(
        (path, file) -> {
          byte[] content = content(file);
          String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
          routes.get(
              path,
              context -> {
                context.header("Cache-Control", "no-cache");
                context.contentType(type).result(content);
              });
        });
  }

  private static byte[] content(String file) {
    try (InputStream in = Page.class.getResourceAsStream("/kinetone/server/" + file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing in the library");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
