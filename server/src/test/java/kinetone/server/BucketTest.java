package kinetone.server;

import static kinetone.server.TinyServer.error;
import static kinetone.server.TinyServer.fields;
import static kinetone.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.server.store.Bucket;
import kinetone.server.store.MediaStore;
import kinetone.server.store.S3ObjectStore;
import kinetone.server.store.StoreAwayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Media that live in a bucket. */
class BucketTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private LittleBucket bucket;

  @BeforeEach
  void open() {
    bucket = new LittleBucket();
  }

  @AfterEach
  void close() {
    bucket.close();
  }

  private MediaStore store(String name) {
    return new MediaStore(
        folder.resolve(name), Optional.of(new S3ObjectStore(bucket.bucket("media"))));
  }

  private static String put(MediaStore store, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return store.put(new ByteArrayInputStream(bytes), "it", 100).hash();
  }

  private static void emptied(Path media) throws IOException {
    try (Stream<Path> files = Files.walk(media)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void what_one_machine_stored_another_reads() throws IOException {
    try (MediaStore one = store("one");
        MediaStore other = store("other")) {
      String hash = put(one, "content");
      assertThat(bucket.objects).containsOnlyKeys("media/" + hash);
      assertThat(other.file(hash)).hasContent("content");
      bucket.objects.clear();
      assertThat(other.file(hash)).as("once it is here").hasContent("content");
      String nowhere = "0".repeat(64);
      assertThat(other.file(nowhere)).doesNotExist();
    }
  }

  @Test
  void what_comes_damaged_is_not_taken() {
    try (MediaStore one = store("one");
        MediaStore other = store("other")) {
      String hash = put(one, "content");
      byte[] damaged = "contents".getBytes(StandardCharsets.UTF_8);
      bucket.objects.put("media/" + hash, new LittleBucket.Kept(damaged, Instant.now()));
      assertThatThrownBy(() -> other.file(hash)).hasMessageContaining("is damaged");
      assertThat(other.folder()).isEmptyDirectory();
    }
  }

  @Test
  void old_objects_that_no_job_has_go_and_nothing_else_does() {
    try (MediaStore store = store("one")) {
      List<String> hashes = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        hashes.add(put(store, "content " + i));
      }
      // The last is new; the first is needed; the second is asked for again just before it would
      // go.
      hashes
          .subList(0, 6)
          .forEach(
              hash ->
                  bucket.objects.computeIfPresent(
                      "media/" + hash,
                      (k, kept) -> new LittleBucket.Kept(kept.content(), LONG_AGO)));
      LittleBucket.Kept foreign = new LittleBucket.Kept(new byte[1], LONG_AGO);
      bucket.objects.put("media/notes.txt", foreign);
      bucket.objects.put("other/" + hashes.get(3), foreign);
      store.sweep(
          names -> {
            if (names.contains(hashes.get(1))) {
              put(store, "content 1");
            }
            return names.stream()
                .filter(name -> !name.equals(hashes.get(0)))
                .collect(Collectors.toSet());
          });
      assertThat(bucket.objects)
          .containsOnlyKeys(
              Set.of(
                  "media/" + hashes.get(0),
                  "media/" + hashes.get(1),
                  "media/" + hashes.get(6),
                  "media/notes.txt",
                  "other/" + hashes.get(3)));
    }
  }

  @Test
  void a_result_outlives_the_folder_and_is_the_same_as_without_a_bucket() throws IOException {
    String body = "{\"seed\": 5, \"num_inference_steps\": 2}";
    byte[] plain;
    try (TinyServer server = new TinyServer(folder)) {
      plain = server.content(server.made(server.post("/v1/videos", body)), "");
    }
    Path other = folder.resolve("other");
    try (TinyServer server =
        new TinyServer(other, c -> c.bucket(Optional.of(bucket.bucket("a/b"))))) {
      ObjectNode made = server.made(server.post("/v1/videos", body));
      assertThat(bucket.objects.keySet()).hasSize(2).allMatch(key -> key.startsWith("a/b/"));
      emptied(other.resolve("data/media"));
      assertThat(server.content(made, "")).isEqualTo(plain);
      emptied(other.resolve("data/media"));
      assertThat(server.content(made, "?variant=flac")).isNotEmpty();
      String source = made.path("id").asText();
      ObjectNode again =
          server.made(
              server.form(
                  "/v1/videos",
                  fields("task", "v2a", "input_video_id", source, "num_inference_steps", 2)));
      assertThat(again.path("status").asText()).as(again.toString()).isEqualTo("completed");
    }
  }

  @Test
  void jobs_wait_for_a_bucket_that_is_away() throws InterruptedException {
    String body = "{\"seed\": 5, \"num_inference_steps\": 300}";
    try (TinyServer server =
        new TinyServer(folder, c -> c.bucket(Optional.of(bucket.bucket(""))))) {
      ObjectNode first = server.made(server.post("/v1/videos", body));
      Path clip = folder.resolve("clip.mp4");
      Files.write(clip, server.content(first, ""));
      String id = json(server.post("/v1/videos", body.replace("5", "6"))).path("id").asText();
      while (json(server.get("/v1/videos/" + id)).path("status").asText().equals("queued")) {
        Thread.onSpinWait();
      }
      bucket.away(true);
      assertThat(error(server.form("/v1/videos", fields("task", "v2a", "input_video", clip))))
          .startsWith("503 the media store does not answer");
      // Longer than the job takes.
      Thread.sleep(2000);
      assertThat(json(server.get("/v1/videos/" + id)).path("status").asText())
          .isIn("queued", "in_progress");
      bucket.away(false);
      assertThat(server.finished(id).path("status").asText()).isEqualTo("completed");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_bucket_whose_connection_breaks_is_away_too() throws IOException {
    try (Cable cable = new Cable(bucket.port());
        MediaStore store =
            new MediaStore(
                folder.resolve("one"),
                Optional.of(
                    new S3ObjectStore(
                        Bucket.of("s3://little-bucket", "http://127.0.0.1:" + cable.port()))))) {
      String hash = put(store, "content");
      Files.delete(store.file(hash));
      cable.cut();
      for (int i = 0; i < 10; i++) {
        String content = "content " + i;
        assertThatThrownBy(() -> put(store, content)).isInstanceOf(StoreAwayException.class);
      }
      assertThatThrownBy(() -> store.file(hash)).isInstanceOf(StoreAwayException.class);
      cable.mend();
      assertThat(store.file(hash)).hasContent("content");
    }
  }

  @Test
  void what_is_no_bucket_is_refused_in_a_line() {
    assertThatThrownBy(() -> Bucket.of("https://bucket", null))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("media = https://bucket, must be s3://BUCKET or s3://BUCKET/PREFIX");
    assertThatThrownBy(() -> Bucket.of("s3://bucket", "localhost:9000"))
        .hasMessageContaining("S3 endpoint = localhost:9000, must be http://HOST:PORT");
    Bucket wrong = Bucket.of("s3://another", bucket.endpoint());
    assertThatThrownBy(() -> new TinyServer(folder, c -> c.bucket(Optional.of(wrong))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("s3://another cannot be used")
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
  }
}
