package kinetone.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.Json;
import kinetone.server.log.EventLog;
import kinetone.testkit.TinyModel;

/** A server with a model of random weights, and a client. */
final class TinyServer implements AutoCloseable {
  static final String MODEL = "tiny";

  private final HttpClient client = HttpClient.newHttpClient();
  final KinetoneServer server;
  final Path folder;

  TinyServer(Path folder, UnaryOperator<ServerConfig.Builder> change) {
    this(folder, change, OutputStream.nullOutputStream());
  }

  /** A server whose log goes to {@code log}. */
  TinyServer(Path folder, UnaryOperator<ServerConfig.Builder> change, OutputStream log) {
    this.folder = folder;
    Path model = folder.resolve(MODEL);
    if (!Files.exists(model)) {
      TinyModel.write(model);
    }
    server =
        new KinetoneServer(
            change.apply(config(model, folder.resolve("data"))).build(),
            new EventLog(new java.io.PrintStream(log, true, StandardCharsets.UTF_8)));
  }

  TinyServer(Path folder) {
    this(folder, UnaryOperator.identity());
  }

  static ServerConfig.Builder config(Path model, Path data) {
    return ServerConfig.of(List.of(model), data)
        .queue(4)
        .memoryBytes(1L << 30)
        .timeToLive(Duration.ofHours(1))
        .drain(Duration.ofSeconds(10));
  }

  /** The same on a PostgreSQL, where workers are soon taken for dead. */
  static ServerConfig.Builder shared(ServerConfig.Builder c, String database, int workers) {
    return c.database(Optional.of(database))
        .queue(100)
        .workers(workers)
        .lease(Duration.ofMillis(1500));
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .timeout(Duration.ofMinutes(1));
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    HttpRequest.Builder request = to(path).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<byte[]> post(String path, String json, String... headers) {
    HttpRequest.Builder request =
        to(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<byte[]> delete(String path) {
    return send(to(path).DELETE());
  }

  /** Sends a form; values that are paths go as files. */
  HttpResponse<byte[]> form(String path, Map<String, ?> fields) {
    String boundary = "kinetone-boundary";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      for (Map.Entry<String, ?> field : fields.entrySet()) {
        body.write(("--" + boundary + "\r\n").getBytes(StandardCharsets.UTF_8));
        String head = "Content-Disposition: form-data; name=\"" + field.getKey() + "\"";
        if (field.getValue() instanceof Path file) {
          body.write(
              (head + "; filename=\"../../etc/" + file.getFileName() + "\"\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
          body.write(Files.readAllBytes(file));
        } else {
          body.write((head + "\r\n\r\n" + field.getValue()).getBytes(StandardCharsets.UTF_8));
        }
        body.write("\r\n".getBytes(StandardCharsets.UTF_8));
      }
      body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return send(
        to(path)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
  }

  static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  static ObjectNode json(HttpResponse<byte[]> response) {
    return Json.tree("answer", new String(response.body(), StandardCharsets.UTF_8));
  }

  /** The one line of an error, with the status in front. */
  static String error(HttpResponse<byte[]> response) {
    JsonNode error = json(response).path("error");
    return response.statusCode() + " " + error.path("message").asText();
  }

  /** Waits for the end of a job; a server whose database is not there yet is asked again. */
  ObjectNode finished(String id) {
    long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (System.nanoTime() < until) {
      HttpResponse<byte[]> answer = get("/v1/videos/" + id);
      ObjectNode job = json(answer);
      String status = job.path("status").asText();
      if (answer.statusCode() != 503 && !status.equals("queued") && !status.equals("in_progress")) {
        return job;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("job " + id + " does not end");
  }

  /** Makes a job and waits for its end. */
  ObjectNode made(HttpResponse<byte[]> created) {
    ObjectNode job = json(created);
    if (created.statusCode() != 200) {
      throw new AssertionError(error(created));
    }
    return finished(job.path("id").asText());
  }

  byte[] content(ObjectNode job, String query) {
    HttpResponse<byte[]> response =
        get("/v1/videos/" + job.path("id").asText() + "/content" + query);
    if (response.statusCode() != 200) {
      throw new AssertionError(error(response));
    }
    return response.body();
  }

  @Override
  public void close() {
    server.close();
  }
}
