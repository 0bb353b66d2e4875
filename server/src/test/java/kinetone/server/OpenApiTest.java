package kinetone.server;

import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kinetone.checkpoint.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API says what the server does: every address of it is asked here. */
class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "post", "delete", "head");

  @TempDir private static Path folder;

  private static TinyServer server;
  private static JsonNode api;

  @BeforeAll
  static void start() throws IOException {
    server = new TinyServer(folder);
    api = Json.YAML.readTree(server.get("/openapi.yaml").body());
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /**
   * One question.
   *
   * @param method in lower case
   * @param path as the description has it
   * @param address with values
   * @param body JSON, or null
   * @param status that is expected
   */
  private record Question(String method, String path, String address, String body, int status) {}

  @Test
  void every_address_answers_as_described() {
    ObjectNode job = server.made(server.post("/v1/videos", "{\"seed\": 1}"));
    String id = job.path("id").asText();
    String videos = "/v1/videos/";
    List<Question> questions = new ArrayList<>();
    questions.add(new Question("get", "/health", "/health", null, 200));
    questions.add(new Question("get", "/ready", "/ready", null, 200));
    questions.add(new Question("get", "/metrics", "/metrics", null, 200));
    questions.add(new Question("get", "/v1/models", "/v1/models", null, 200));
    questions.add(new Question("get", "/v1/models/{model}", "/v1/models/tiny", null, 200));
    questions.add(new Question("get", "/v1/models/{model}", "/v1/models/none", null, 404));
    questions.add(
        new Question(
            "post",
            "/v1/videos",
            "/v1/videos",
            api.at("/paths/~1v1~1videos/post/requestBody/content/application~1json/example")
                .toString(),
            200));
    questions.add(new Question("post", "/v1/videos", "/v1/videos", "{\"n\": 0}", 400));
    questions.add(new Question("get", "/v1/videos", "/v1/videos?limit=5&order=asc", null, 200));
    questions.add(new Question("get", "/v1/videos", "/v1/videos?limit=0", null, 400));
    questions.add(new Question("get", videos + "{id}", videos + id, null, 200));
    questions.add(new Question("get", videos + "{id}", videos + "none", null, 404));
    questions.add(new Question("post", videos + "{id}/cancel", videos + id + "/cancel", "", 200));
    questions.add(new Question("post", videos + "{id}/remix", videos + id + "/remix", "{}", 200));
    questions.add(
        new Question("post", videos + "{id}/remix", videos + id + "/remix", "{\"n\": 99}", 400));
    String ratings = videos + "{id}/ratings";
    questions.add(
        new Question(
            "post",
            ratings,
            videos + id + "/ratings",
            api.at("/paths/~1v1~1videos~1{id}~1ratings/post/requestBody/content")
                .at("/application~1json/example")
                .toString(),
            200));
    questions.add(new Question("post", ratings, videos + id + "/ratings", "{}", 400));
    for (JsonNode variant : api.at("/paths/~1v1~1videos~1{id}~1content/parameters/2/schema/enum")) {
      questions.add(
          new Question(
              "get",
              videos + "{id}/content",
              videos + id + "/content?variant=" + variant.asText(),
              null,
              200));
    }
    questions.add(
        new Question("head", videos + "{id}/content", videos + id + "/content", null, 200));
    questions.add(
        new Question("get", videos + "{id}/content", videos + id + "/content?index=9", null, 404));
    questions.add(new Question("get", videos + "{id}/events", videos + id + "/events", null, 200));
    questions.add(new Question("delete", videos + "{id}", videos + id, null, 200));
    questions.forEach(OpenApiTest::ask);
    Set<String> asked = new TreeSet<>();
    questions.forEach(q -> asked.add(q.method() + " " + q.path()));
    assertThat(asked).isEqualTo(described());
  }

  private static Set<String> described() {
    Set<String> all = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          all.add(method.getKey() + " " + path.getKey());
        }
      }
    }
    return all;
  }

  private static void ask(Question question) {
    HttpRequest.Builder request = server.to(question.address());
    if (question.body() != null) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        question.method().toUpperCase(java.util.Locale.ROOT),
        question.body() == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(question.body()));
    HttpResponse<byte[]> answer = server.send(request);
    assertThat(answer.statusCode()).as(question.toString()).isEqualTo(question.status());
    JsonNode response =
        resolved(
            api.path("paths")
                .path(question.path())
                .path(question.method())
                .path("responses")
                .path(Integer.toString(question.status())));
    assertThat(response.isMissingNode()).as("%s is not described", question).isFalse();
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      return;
    }
    String type =
        answer.headers().firstValue("Content-Type").orElse("").replaceFirst("\\s*;.*", "");
    assertThat(content.has(type)).as("%s answers %s", question, type).isTrue();
    if (type.equals("application/json")) {
      validate(question.toString(), content.path(type).path("schema"), json(answer));
    } else {
      assertThat(answer.body()).as(question.toString()).isNotEmpty();
    }
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? api.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** The part of JSON Schema that the description uses for answers. */
  private static void validate(String where, JsonNode reference, JsonNode value) {
    JsonNode schema = resolved(reference);
    Set<String> types = new TreeSet<>();
    if (schema.path("type").isArray()) {
      schema.path("type").forEach(t -> types.add(t.asText()));
    } else {
      types.add(schema.path("type").asText());
    }
    assertThat(types).as("%s is %s", where, value).contains(type(value, types));
    if (schema.has("enum")) {
      List<String> known = new ArrayList<>();
      schema.path("enum").forEach(e -> known.add(e.asText()));
      assertThat(known).as(where).contains(value.asText());
    }
    if (value.isObject()) {
      schema
          .path("required")
          .forEach(name -> assertThat(value.has(name.asText())).as(where + "." + name).isTrue());
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        JsonNode property = schema.path("properties").path(field.getKey());
        if (property.isMissingNode()) {
          assertThat(schema.path("additionalProperties").asBoolean(true))
              .as("%s has the undescribed %s", where, field.getKey())
              .isTrue();
        } else {
          validate(where + "." + field.getKey(), property, field.getValue());
        }
      }
    }
    if (value.isArray()) {
      value.forEach(item -> validate(where + "[]", schema.path("items"), item));
    }
  }

  private static String type(JsonNode value, Set<String> wanted) {
    if (value.isIntegralNumber()) {
      return wanted.contains("integer") ? "integer" : "number";
    }
    return value.isNumber()
        ? "number"
        : value.isTextual()
            ? "string"
            : value.isBoolean()
                ? "boolean"
                : value.isNull() ? "null" : value.isArray() ? "array" : "object";
  }

  /** Negative control. */
  @Test
  void the_comparison_notices_what_is_not_described() {
    JsonNode status = api.at("/components/schemas/Status");
    ObjectNode wrong = Json.tree("x", "{\"status\": \"ok\", \"more\": 1}");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> validate("x", status, wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("undescribed more");
    assertThat(new String(server.get("/openapi.yaml").body(), StandardCharsets.UTF_8))
        .startsWith("openapi: 3.1.0");
  }
}
