package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.fields;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import kinetone.checkpoint.Json;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipWriter;
import kinetone.media.Video;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.SoundtrackListener;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs see of {@code /v1/videos}. */
class VideosApiTest {
  @TempDir private static Path folder;

  private static TinyServer server;
  private static Path clip;

  @BeforeAll
  static void start() {
    server = new TinyServer(folder);
    clip = folder.resolve("clip.mp4");
    byte[] rgb = new byte[30 * 24 * 32 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7 + i / 5000);
    }
    float[] samples = new float[8000 * 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) Math.sin(i * 0.3) / 2;
    }
    ClipWriter.writeMp4(clip, Clip.of(new Video(rgb, 30, 32, 24, 15), Audio.mono(samples, 8000)));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private static ObjectNode joint(int seed) {
    return server.made(server.post("/v1/videos", "{\"seed\": " + seed + ", \"prompt\": \"\"}"));
  }

  @Test
  void a_clip_has_the_bytes_that_the_library_makes() throws IOException {
    ObjectNode job = joint(7);
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("progress").asInt()).isEqualTo(100);
    assertThat(job.path("outputs").get(0).path("seed").asLong()).isEqualTo(7);
    Path own = folder.resolve("own.mp4");
    try (Pipeline model = Kinetone.load(folder.resolve(TinyServer.MODEL), Kinetone.Options.CPU)) {
      ClipWriter.write(
          own,
          model
              .generate(
                  GenerateRequest.of(new Task.Joint()).seed(7).build(),
                  ProgressListener.NONE,
                  new Cancellation())
              .clip());
    }
    assertThat(server.content(job, "")).isEqualTo(Files.readAllBytes(own));
  }

  @Test
  void sound_for_a_sent_video_has_the_bytes_of_the_library_and_its_pictures() throws IOException {
    ObjectNode job =
        server.made(
            server.form(
                "/v1/videos",
                fields(
                    "model", TinyServer.MODEL, "task", "v2a", "seed", "3", "input_video", clip)));
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    Path own = folder.resolve("sounding.mp4");
    try (Pipeline model = Kinetone.load(folder.resolve(TinyServer.MODEL), Kinetone.Options.CPU)) {
      model.soundtrack(
          GenerateRequest.of(new Task.VideoToAudio()).video(clip).seed(3).build(),
          own,
          SoundtrackListener.NONE,
          new Cancellation());
    }
    assertThat(server.content(job, "")).isEqualTo(Files.readAllBytes(own));
  }

  @Test
  void every_task_makes_what_it_should_and_several_variants_at_once() {
    for (String task : List.of("a2v", "continue", "inpaint")) {
      ObjectNode job =
          server.made(
              server.form(
                  "/v1/videos",
                  task.equals("inpaint")
                      ? fields(
                          "task", task, "n", "2", "from", "0.25", "to", "0.75", "input_video", clip)
                      : task.equals("continue")
                          ? fields("task", task, "n", "2", "given", "0.5", "input_video", clip)
                          : fields("task", task, "n", "2", "input_video", clip)));
      assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
      assertThat(job.path("outputs")).hasSize(2);
      assertThat(job.path("outputs").get(1).path("seed").asInt()).isEqualTo(1);
      assertThat(server.content(job, "?index=1")).isNotEqualTo(server.content(job, "?index=0"));
    }
  }

  @Test
  void results_come_in_every_form_that_is_asked_for() {
    ObjectNode job = joint(1);
    assertThat(server.content(job, "?variant=wav"))
        .startsWith("RIFF".getBytes(StandardCharsets.US_ASCII));
    assertThat(server.content(job, "?variant=flac"))
        .startsWith("fLaC".getBytes(StandardCharsets.US_ASCII));
    for (String picture : List.of("thumbnail", "waveform", "spectrogram")) {
      assertThat(Arrays.copyOfRange(server.content(job, "?variant=" + picture), 1, 4))
          .isEqualTo("PNG".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(new String(server.content(job, "?variant=analysis"), StandardCharsets.UTF_8))
        .contains("sound_onsets", "picture_onsets");
    assertThat(error(server.get("/v1/videos/" + job.path("id").asText() + "/content?variant=x")))
        .startsWith("400 variant is unknown");
  }

  @Test
  void parts_of_a_file_and_files_that_one_has_already() {
    ObjectNode job = joint(2);
    byte[] all = server.content(job, "");
    String address = "/v1/videos/" + job.path("id").asText() + "/content";
    HttpResponse<byte[]> part = server.get(address, "Range", "bytes=10-19");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, 10, 20));
    assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 10-19/" + all.length);
    HttpResponse<byte[]> end = server.get(address, "Range", "bytes=-5");
    assertThat(end.body()).isEqualTo(Arrays.copyOfRange(all, all.length - 5, all.length));
    HttpResponse<byte[]> beyond = server.get(address, "Range", "bytes=" + all.length + "-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    String etag = part.headers().firstValue("ETag").orElseThrow();
    assertThat(server.get(address, "If-None-Match", etag).statusCode()).isEqualTo(304);
    HttpResponse<byte[]> changed =
        server.get(address, "Range", "bytes=0-1", "If-Range", "\"other\"");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"task\": \"dance\"} | 400 task 'dance' is unknown",
        "{\"num_inference_steps\": 100000} | 400 num_inference_steps = 100000, must be between 1 and 1000",
        "{\"start\": 1e9, \"task\": \"v2a\"} | 400 start = 1.0E9, must be between 0 and 86400",
        "{\"n\": 1000} | 400 n = 1000, must be between 1 and 8",
        "{\"n\": 1.5} | 400 n must be a whole number",
        "{\"bogus\": 1} | 400 unknown option 'bogus'",
        "{\"model\": \"sora-2\"} | 400 there is no model sora-2; use tiny",
        "{\"size\": \"720x1280\"} | 400 the model tiny makes pictures of 16x16",
        "{\"prompt\": \"a dog\"} | 400 prompt",
        "{\"task\": \"v2a\"} | 400 task v2a needs a picture",
        "{\"given\": 0.5} | 400 --given does not apply to task joint",
        "{\"seed\": null} | 400 the request at 'seed': null is no value here; a whole number",
        "{\"seed\": 1, \"seed\": 2} | 400 the request: not readable: Duplicate",
        "[1] | 400 the request: an object {...} is expected, there is",
        "{ | 400 the request: not readable: Unexpected end-of-input",
        "{\"video\": \"/etc/passwd\"} | 400 video is a file",
        "{\"input_video\": \"/etc/passwd\"} | 400 input_video is a file",
        "{\"input_video_id\": \"video_1\", \"task\": \"v2a\"} | 400 there is no video video_1",
      })
  void what_is_wrong_is_told_in_one_line(String body, String line) {
    HttpResponse<byte[]> answer = server.post("/v1/videos", body);
    assertThat(error(answer)).startsWith("400 ").contains(line.substring("400 ".length()));
    assertThat(error(answer)).doesNotContain("\n");
    assertThat(json(answer).path("error").path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .doesNotContain("kinetone.", "java.", folder.toString());
  }

  @Test
  void files_that_are_no_media_are_refused_before_a_job_is_made() throws IOException {
    Path text = Files.writeString(folder.resolve("list.m3u8"), "#EXTM3U\nfile:///etc/passwd\n");
    Path concat =
        Files.writeString(folder.resolve("list.txt"), "ffconcat version 1.0\nfile 'a.mp4'\n");
    Path empty = Files.createFile(folder.resolve("empty.mp4"));
    for (Path file : List.of(text, concat, empty)) {
      HttpResponse<byte[]> answer =
          server.form("/v1/videos", fields("task", "v2a", "input_video", file));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(error(answer)).contains("input_video").doesNotContain(folder.toString());
    }
    assertThat(error(server.form("/v1/videos", fields("task", "v2a", "input_video", "text"))))
        .startsWith("400 input_video must be a file");
    assertThat(error(server.form("/v1/videos", fields("task", "v2a", "other", clip))))
        .startsWith("400 a file is sent as 'other'");
  }

  @Test
  void the_same_asked_twice_with_one_key_is_made_once() {
    ObjectNode first = json(server.post("/v1/videos", "{\"seed\": 40}", "Idempotency-Key", "k1"));
    ObjectNode again = json(server.post("/v1/videos", "{\"seed\": 40}", "Idempotency-Key", "k1"));
    assertThat(again.path("id")).isEqualTo(first.path("id"));
    HttpResponse<byte[]> other =
        server.post("/v1/videos", "{\"seed\": 41}", "Idempotency-Key", "k1");
    assertThat(error(other)).startsWith("409 this Idempotency-Key was used");
    server.finished(first.path("id").asText());
  }

  @Test
  void a_list_is_read_page_by_page() {
    List<String> made =
        Stream.of(50, 51, 52).map(VideosApiTest::joint).map(j -> j.path("id").asText()).toList();
    ObjectNode page = json(server.get("/v1/videos?limit=2"));
    assertThat(page.path("has_more").asBoolean()).isTrue();
    assertThat(ids(page)).containsExactly(made.get(2), made.get(1));
    ObjectNode next = json(server.get("/v1/videos?limit=1&after=" + page.path("last_id").asText()));
    assertThat(ids(next)).containsExactly(made.get(0));
    ObjectNode up = json(server.get("/v1/videos?order=asc&after=" + made.get(1)));
    assertThat(ids(up).get(0)).isEqualTo(made.get(2));
    assertThat(error(server.get("/v1/videos?limit=100000"))).startsWith("400 limit = 100000");
  }

  private static List<String> ids(ObjectNode page) {
    return StreamSupport.stream(page.path("data").spliterator(), false)
        .map(job -> job.path("id").asText())
        .toList();
  }

  @Test
  void a_remix_is_the_same_with_another_seed() {
    ObjectNode job = joint(60);
    ObjectNode remix =
        server.made(
            server.post("/v1/videos/" + job.path("id").asText() + "/remix", "{\"prompt\":\"\"}"));
    assertThat(remix.path("remixed_from_video_id")).isEqualTo(job.path("id"));
    assertThat(remix.path("outputs").get(0).path("seed").asInt()).isEqualTo(61);
  }

  @Test
  void ratings_are_kept_in_a_file_for_each_job() {
    ObjectNode job = joint(65);
    String address = "/v1/videos/" + job.path("id").asText() + "/ratings";
    String good = "{\"ratings\": [{\"index\": 0, \"scores\": {\"overall\": 4, \"sync\": 5}}]}";
    assertThat(json(server.post(address, good.replace("4", "2"))).path("rated").asInt())
        .isEqualTo(1);
    assertThat(server.post(address, good).statusCode()).isEqualTo(200);
    ObjectNode kept =
        Json.fileTree(
            folder.resolve("data/ratings").resolve(job.path("id").asText() + ".json"), "ratings");
    assertThat(kept.at("/ratings/0/scores/overall").asInt()).isEqualTo(4);
    assertThat(kept.at("/ratings/0/seed").asInt()).isEqualTo(65);
    assertThat(kept.path("model").asText()).isEqualTo(TinyServer.MODEL);
    assertThat(error(server.post(address, good.replace("4", "6"))))
        .startsWith("400 the request: overall = 6, must be between 1 and 5");
    assertThat(error(server.post(address, good.replace("\"index\": 0", "\"index\": 1"))))
        .startsWith("400 this video has no result 1");
    assertThat(error(server.post(address, good.replace("overall", "../x"))))
        .startsWith("400 the request: a score is of something");
  }

  @Test
  void what_is_deleted_is_gone() {
    ObjectNode job = joint(70);
    String address = "/v1/videos/" + job.path("id").asText();
    assertThat(json(server.delete(address)).path("deleted").asBoolean()).isTrue();
    assertThat(server.get(address).statusCode()).isEqualTo(404);
    assertThat(server.get(address + "/content").statusCode()).isEqualTo(404);
  }

  @Test
  void events_tell_of_progress_until_the_end() {
    String id = json(server.post("/v1/videos", "{\"seed\": 80, \"n\": 2}")).path("id").asText();
    String events =
        new String(server.get("/v1/videos/" + id + "/events").body(), StandardCharsets.UTF_8);
    assertThat(events).contains("event: done", "\"status\":\"completed\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "/v1/videos/video_1", "/v1/videos/..%2f..%2fjobs", "/v1/models/x"})
  void what_is_not_there_is_told_in_the_same_form(String path) {
    HttpResponse<byte[]> answer = server.get(path);
    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(json(answer).path("error").path("message").asText()).isNotEmpty();
  }

  @Test
  void the_models_say_what_they_can_do() {
    ObjectNode model = (ObjectNode) json(server.get("/v1/models")).path("data").get(0);
    assertThat(model.path("id").asText()).isEqualTo(TinyServer.MODEL);
    assertThat(model.path("tasks").toString()).contains("joint", "v2a", "inpaint");
    assertThat(model.path("format").path("width").asInt()).isEqualTo(TinyModel.FORMAT.width());
    assertThat(json(server.get("/ready")).path("status").asText()).isEqualTo("ready");
  }
}
