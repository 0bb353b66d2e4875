package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.common.Sha256;
import kinetone.media.ClipFormat;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.MediaInput;
import kinetone.pipeline.TaskKind;
import kinetone.server.job.Job;
import kinetone.server.job.JobStatus;
import kinetone.server.job.JobStore;
import kinetone.server.job.NewJob;
import kinetone.server.rating.RatingFolder;
import kinetone.server.rating.RatingSet;
import kinetone.server.store.MediaStore;
import kinetone.server.wall.MediaAnswer;
import kinetone.server.wall.MediaTask;
import kinetone.server.wall.MediaWall;
import kinetone.server.work.Failures;
import kinetone.server.work.ModelCatalog;
import kinetone.server.work.Workers;

/** {@code /v1/videos}. */
public final class VideosApi {
  private static final int RETRY_AFTER_SECONDS = 2;
  private static final int LONGEST_KEY = 255;

  private final JobStore jobs;
  private final MediaStore store;
  private final ModelCatalog catalog;
  private final Optional<Workers> workers;
  private final RatingFolder ratings;
  private final MediaWall wall;
  private final Ceilings ceilings;
  private final VideoAnswer answers;
  private final Content content;
  private final JobEvents events;
  private final BooleanSupplier closing;

  /**
   * The API.
   *
   * @param workers of this process, if there are any
   * @param closing whether no more jobs are accepted
   */
  public VideosApi(
      JobStore jobs,
      MediaStore store,
      RatingFolder ratings,
      ModelCatalog catalog,
      Optional<Workers> workers,
      MediaWall wall,
      Ceilings ceilings,
      BooleanSupplier closing) {
    this.jobs = jobs;
    this.store = store;
    this.ratings = ratings;
    this.catalog = catalog;
    this.workers = workers;
    this.wall = wall;
    this.ceilings = ceilings;
    this.closing = closing;
    answers = new VideoAnswer(catalog);
    content = new Content(store, wall, ceilings.media());
    events = new JobEvents(jobs, answers, ceilings.streams());
  }

  /** Adds the addresses. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/videos", this::create);
    routes.get("/v1/videos", this::list);
    routes.get("/v1/videos/{id}", context -> Answers.json(context, answer(job(context))));
    routes.delete("/v1/videos/{id}", this::delete);
    routes.post("/v1/videos/{id}/cancel", this::cancel);
    routes.post("/v1/videos/{id}/remix", this::remix);
    routes.post("/v1/videos/{id}/ratings", this::rate);
    routes.get("/v1/videos/{id}/content", context -> content.send(context, job(context)));
    routes.head("/v1/videos/{id}/content", context -> content.send(context, job(context)));
    routes.get("/v1/videos/{id}/events", context -> events.follow(context, job(context)));
  }

  /** Ends what is open. */
  public void close() {
    events.close();
  }

  private Job job(Context context) {
    String id = context.pathParam("id");
    return jobs.find(id, Caller.of(context).owner())
        .orElseThrow(() -> ApiException.notFound("there is no video " + Printable.of(id)));
  }

  private ObjectNode answer(Job job) {
    OptionalInt before =
        job.status() == JobStatus.QUEUED ? OptionalInt.of(jobs.before(job)) : OptionalInt.empty();
    return answers.of(job, before);
  }

  private void list(Context context) {
    int limit = Numbers.query(context, "limit", 20, 1, ceilings.listed());
    String order = Optional.ofNullable(context.queryParam("order")).orElse("desc");
    if (!order.equals("asc") && !order.equals("desc")) {
      throw ApiException.invalid("order", "order is unknown; use asc or desc");
    }
    String owner = Caller.of(context).owner();
    Optional<Job> after =
        Optional.ofNullable(context.queryParam("after"))
            .map(
                id ->
                    jobs.find(id, owner)
                        .orElseThrow(
                            () ->
                                ApiException.invalid(
                                    "after", "after is no video that there is; begin again")));
    List<Job> found = jobs.list(owner, after, limit + 1, order.equals("desc"));
    boolean more = found.size() > limit;
    List<ObjectNode> page = found.stream().limit(limit).map(this::answer).toList();
    Answers.json(context, answers.page(page, more));
  }

  private void delete(Context context) {
    Job job = job(context);
    jobs.delete(job.id());
    workers.ifPresent(w -> w.cancel(job.id()));
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("id", job.id());
    node.put("object", "video.deleted");
    node.put("deleted", true);
    Answers.json(context, node);
  }

  private void cancel(Context context) {
    Job job = job(context);
    jobs.cancel(job.id());
    workers.ifPresent(w -> w.cancel(job.id()));
    Answers.json(context, answer(job(context)));
  }

  private void rate(Context context) {
    Job job = job(context);
    RatingSet.Sent sent =
        Json.bind("the request", VideoForm.body(context, ceilings), RatingSet.Sent.class);
    List<RatingSet.Rating> rated = new ArrayList<>();
    for (RatingSet.SentRating rating : sent.ratings()) {
      Job.Result result =
          job.results().stream()
              .filter(r -> r.number() == rating.index())
              .findFirst()
              .orElseThrow(
                  () ->
                      ApiException.invalid(
                          "ratings", "this video has no result " + rating.index() + " (index)"));
      rated.add(
          new RatingSet.Rating(rating.index(), result.seed(), result.media(), rating.scores()));
    }
    ratings.put(
        new RatingSet(
            job.id(),
            job.asked().owner(),
            job.asked().model(),
            job.asked().task(),
            Json.tree("request", job.asked().request()),
            Instant.now().getEpochSecond(),
            rated));
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("object", "video.ratings");
    node.put("video_id", job.id());
    node.put("rated", rated.size());
    Answers.json(context, node);
  }

  private void create(Context context) {
    requireOpen();
    VideoForm form = VideoForm.read(context, ceilings);
    ModelCatalog.Entry model = model(form.model());
    requireSize(form.size(), model);
    form.asked().requireRanges();
    boolean withVideo = form.video().isPresent() || form.sourceId().isPresent();
    if (form.video().isPresent() && form.sourceId().isPresent()) {
      throw ApiException.invalid(
          "input_video_id", "input_video and input_video_id are both given; leave one of them out");
    }
    requireFits(form.asked(), model, withVideo, form.audio().isPresent());
    TaskKind task = form.asked().kind(withVideo, form.audio().isPresent());
    Optional<String> video =
        form.sourceId().isPresent()
            ? Optional.of(source(context, form.sourceId().get(), form.sourceIndex()))
            : form.video().map(file -> stored(file, "input_video"));
    Optional<String> audio = form.audio().map(file -> stored(file, "input_audio"));
    video.ifPresent(
        v ->
            probe(v, "input_video", task != TaskKind.A2V, task == TaskKind.A2V && audio.isEmpty()));
    audio.ifPresent(a -> probe(a, "input_audio", false, true));
    submit(
        context,
        model.name(),
        task.label(),
        form.asked().write().toString(),
        form.variants(),
        video,
        audio,
        Optional.empty());
  }

  private void requireOpen() {
    if (closing.getAsBoolean()) {
      throw ApiException.unavailable(10, "the server is closing; try again later");
    }
  }

  private ModelCatalog.Entry model(Optional<String> name) {
    try {
      return catalog.named(name.orElse(""));
    } catch (KinetoneException e) {
      throw ApiException.invalid("model", e.getMessage());
    }
  }

  private static void requireSize(Optional<String> size, ModelCatalog.Entry model) {
    ClipFormat format = model.index().format();
    String own = format.width() + "x" + format.height();
    if (size.isPresent() && !size.get().equals(own)) {
      throw ApiException.invalid(
          "size", "the model " + model.name() + " makes pictures of " + own + "; leave size out");
    }
  }

  /** What can be known without the weights and the files. */
  private static void requireFits(
      AskedRequest asked, ModelCatalog.Entry model, boolean video, boolean audio) {
    MediaInput file = new MediaInput.File(Path.of("input"), 0);
    Optional<MediaInput> given = Optional.of(file);
    GenerateRequest request = asked.request(0, given.filter(f -> video), given.filter(f -> audio));
    model.system().requireKnown(request);
  }

  private String source(Context context, String id, int index) {
    Job job =
        jobs.find(id, Caller.of(context).owner())
            .orElseThrow(
                () ->
                    ApiException.invalid(
                        "input_video_id", "there is no video " + Printable.of(id)));
    return job.results().stream()
        .filter(r -> r.number() == index)
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.invalid(
                    "input_video_id", "that video has no result " + index + " (input_index)"))
        .media();
  }

  private String stored(UploadedFile file, String part) {
    try (InputStream in = file.content()) {
      return store.put(in, part, ceilings.media().fileBytes()).hash();
    } catch (IOException e) {
      throw ApiException.refused(400, "incomplete", part + " did not come to its end");
    }
  }

  /** Headers are looked at before a job is accepted; nothing is decoded for it. */
  private void probe(String hash, String part, boolean picture, boolean sound) {
    try {
      MediaAnswer.Headers headers =
          (MediaAnswer.Headers)
              wall.run(new MediaTask.Probe(store.file(hash).toString(), ceilings.media()));
      if (picture && !headers.picture()) {
        throw ApiException.invalid(part, part + " has no picture track, one is required");
      }
      if (sound && !headers.sound()) {
        throw ApiException.invalid(part, part + " has no sound track, one is required");
      }
    } catch (KinetoneException e) {
      if (e.kind() == KinetoneException.Kind.USER) {
        throw ApiException.invalid(part, Failures.line(e, store).replace("the file", part));
      }
      throw e;
    }
  }

  private void remix(Context context) {
    requireOpen();
    Job job = job(context);
    ObjectNode asked = Json.tree("request", job.asked().request());
    ObjectNode changes = VideoForm.body(context, ceilings);
    if (changes.path("prompt").asText("").isEmpty()) {
      changes.remove("prompt");
    }
    int variants = job.asked().variants();
    if (changes.has("n")) {
      variants =
          VideoForm.json(Json.MAPPER.createObjectNode().set("n", changes.get("n")), ceilings)
              .variants();
      changes.remove("n");
    }
    // Another clip of the same: the seeds go on where the last ones ended.
    asked.put("seed", asked.path("seed").asLong(0) + job.asked().variants());
    asked.setAll(changes);
    AskedRequest request = VideoForm.json(asked, ceilings).asked();
    request.requireRanges();
    requireFits(
        request,
        model(Optional.of(job.asked().model())),
        job.asked().video().isPresent(),
        job.asked().audio().isPresent());
    submit(
        context,
        job.asked().model(),
        request.kind(job.asked().video().isPresent(), job.asked().audio().isPresent()).label(),
        request.write().toString(),
        variants,
        job.asked().video(),
        job.asked().audio(),
        Optional.of(job.id()));
  }

  private void submit(
      Context context,
      String model,
      String task,
      String request,
      int variants,
      Optional<String> video,
      Optional<String> audio,
      Optional<String> remixed) {
    Caller caller = Caller.of(context);
    Optional<String> key = Optional.ofNullable(context.header("Idempotency-Key"));
    key.ifPresent(
        k -> {
          if (k.isEmpty() || k.length() > LONGEST_KEY) {
            throw ApiException.refused(
                400, "invalid_value", "Idempotency-Key must have 1 to " + LONGEST_KEY + " letters");
          }
        });
    List<String> all = new ArrayList<>(List.of(model, task, request, "" + variants));
    all.add(video.orElse(""));
    all.add(audio.orElse(""));
    all.add(remixed.orElse(""));
    NewJob asked =
        new NewJob(
            caller.owner(),
            model,
            task,
            request,
            variants,
            video,
            audio,
            remixed,
            key,
            fingerprint(all));
    JobStore.Accepted accepted;
    try {
      accepted = jobs.submit(asked, Math.min(caller.jobs(), ceilings.jobsPerOwner()));
    } catch (kinetone.server.job.QueueFullException e) {
      throw ApiException.tooMany("queue_full", RETRY_AFTER_SECONDS, e.getMessage());
    } catch (kinetone.server.job.KeyReusedException e) {
      throw ApiException.refused(409, "idempotency_key_reused", e.getMessage());
    }
    workers.ifPresent(Workers::wake);
    context.header("Location", "/v1/videos/" + accepted.job().id());
    Answers.json(context, answer(accepted.job()));
  }

  private static String fingerprint(List<String> parts) {
    return Sha256.of(String.join("\n", parts));
  }
}
