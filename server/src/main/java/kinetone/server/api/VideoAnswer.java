package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import kinetone.checkpoint.Json;
import kinetone.media.ClipFormat;
import kinetone.pipeline.TaskKind;
import kinetone.server.job.Job;
import kinetone.server.job.JobStatus;
import kinetone.server.work.ModelCatalog;

/** A job as clients see it: OpenAI's object {@code video}, and what is more here. */
final class VideoAnswer {
  private final ModelCatalog catalog;

  VideoAnswer(ModelCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * One job.
   *
   * @param before jobs that are before it in the queue, for one that waits
   */
  ObjectNode of(Job job, OptionalInt before) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    ObjectNode request = Json.tree("request", job.asked().request());
    Optional<ModelCatalog.Entry> model = catalog.find(job.asked().model());
    node.put("id", job.id());
    node.put("object", "video");
    node.put("model", job.asked().model());
    node.put("status", job.status().label());
    node.put("progress", job.progress());
    node.put("created_at", job.createdAt() / 1000);
    put(node, "completed_at", job.completedAt().map(t -> t / 1000));
    put(node, "expires_at", job.expiresAt().map(t -> t / 1000));
    node.put("seconds", seconds(job, request, model.map(m -> m.index().format())));
    if (model.isPresent() && !job.asked().task().equals(TaskKind.V2A.label())) {
      ClipFormat format = model.get().index().format();
      node.put("size", format.width() + "x" + format.height());
    } else {
      node.putNull("size");
    }
    node.put("prompt", request.path("prompt").asText(""));
    node.put("remixed_from_video_id", job.asked().remixedFrom().orElse(null));
    if (job.failure().isPresent()) {
      ObjectNode error = node.putObject("error");
      error.put("code", job.failure().get().code());
      error.put("message", job.failure().get().message());
    } else {
      node.putNull("error");
    }
    node.put("task", job.asked().task());
    node.put("n", job.asked().variants());
    node.put("phase", job.phase());
    if (job.status() == JobStatus.QUEUED && before.isPresent()) {
      node.put("queue_position", before.getAsInt());
    } else {
      node.putNull("queue_position");
    }
    node.set("request", request);
    ArrayNode outputs = node.putArray("outputs");
    for (Job.Result result : job.results()) {
      ObjectNode output = outputs.addObject();
      output.put("index", result.number());
      output.put("seed", result.seed());
      output.put("type", result.mediaType());
      output.put("bytes", result.mediaBytes());
      output.put("seconds", result.seconds());
      output.put("content", "/v1/videos/" + job.id() + "/content?index=" + result.number());
    }
    return node;
  }

  private static void put(ObjectNode node, String name, Optional<Long> value) {
    value.ifPresentOrElse(v -> node.put(name, v), () -> node.putNull(name));
  }

  private static String seconds(Job job, ObjectNode request, Optional<ClipFormat> format) {
    double seconds =
        job.results().isEmpty()
            ? request.path("seconds").asDouble(format.map(ClipFormat::videoSeconds).orElse(0.0))
            : job.results().get(0).seconds();
    return String.format(Locale.ROOT, "%.3f", seconds).replaceAll("\\.?0+$", "");
  }

  /** A page of jobs. */
  ObjectNode page(List<ObjectNode> videos, boolean more) {
    ObjectNode page = Json.MAPPER.createObjectNode();
    page.put("object", "list");
    ArrayNode data = page.putArray("data");
    videos.forEach(data::add);
    page.put("first_id", videos.isEmpty() ? null : videos.get(0).path("id").asText());
    page.put(
        "last_id", videos.isEmpty() ? null : videos.get(videos.size() - 1).path("id").asText());
    page.put("has_more", more);
    return page;
  }
}
