package kinetone.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kinetone.common.AtomicFile;
import kinetone.server.job.Job;
import kinetone.server.store.MediaStore;
import kinetone.server.wall.Bounds;
import kinetone.server.wall.MediaTask;
import kinetone.server.wall.MediaWall;

/** Files of results, whole or in part, and what can be made of them when somebody asks. */
final class Content {
  private final MediaStore store;
  private final MediaWall wall;
  private final Bounds bounds;
  private final ConcurrentMap<String, Object> making = new ConcurrentHashMap<>();

  Content(MediaStore store, MediaWall wall, Bounds bounds) {
    this.store = store;
    this.wall = wall;
    this.bounds = bounds;
  }

  /** The forms of a result; the names are those of the parameter {@code variant}. */
  private enum Form {
    VIDEO("", false),
    WAV("audio/wav", true),
    FLAC("audio/flac", true),
    THUMBNAIL("image/png", false),
    WAVEFORM("image/png", true),
    SPECTROGRAM("image/png", true),
    ANALYSIS("application/json", false);

    private final String type;

    /** Whether it is made of the sound alone. */
    private final boolean ofSound;

    Form(String type, boolean ofSound) {
      this.type = type;
      this.ofSound = ofSound;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Form named(String name) {
      for (Form form : values()) {
        if (form.label().equals(name)) {
          return form;
        }
      }
      throw ApiException.invalid(
          "variant",
          "variant is unknown; use "
              + String.join(", ", Arrays.stream(values()).map(Form::label).toList()));
    }
  }

  void send(Context context, Job job) {
    int index = Numbers.query(context, "index", 0, 0, 99);
    Form form = Form.named(Optional.ofNullable(context.queryParam("variant")).orElse("video"));
    Job.Result result =
        job.results().stream()
            .filter(r -> r.number() == index)
            .findFirst()
            .orElseThrow(
                () ->
                    job.status().isFinal()
                        ? ApiException.notFound("this video has no result of that index")
                        : ApiException.refused(
                            409, "not_ready", "this video is " + job.status().label() + "; wait"));
    String hash = form.ofSound ? result.sound() : result.media();
    String type = form == Form.VIDEO ? result.mediaType() : form.type;
    boolean whole = form == Form.VIDEO || form == Form.WAV;
    Path file = whole ? store.file(hash) : derived(hash, form);
    String ending =
        form == Form.VIDEO
            ? (type.equals("video/mp4") ? "mp4" : "mkv")
            : type.substring(type.indexOf('/') + 1);
    context.header(
        "Content-Disposition",
        (context.queryParam("download") == null ? "inline" : "attachment")
            + "; filename=\""
            + job.id()
            + "-"
            + index
            + "."
            + ending
            + "\"");
    send(context, file, type, '"' + hash + (whole ? "" : "-" + form.label()) + '"');
  }

  private Path derived(String hash, Form form) {
    Path target = store.derived(hash, form.label());
    if (Files.exists(target)) {
      return target;
    }
    synchronized (making.computeIfAbsent(hash + form, key -> new Object())) {
      try {
        if (!Files.exists(target)) {
          String ending = form.type.substring(form.type.indexOf('/') + 1);
          Path temporary = store.temporary("." + ending);
          try {
            wall.run(
                new MediaTask.Derive(
                    store.file(hash).toString(), form.label(), temporary.toString(), bounds));
            Files.move(temporary, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
          } finally {
            AtomicFile.deleteQuietly(temporary);
          }
        }
      } catch (IOException e) {
        throw ApiException.fault(507, "out_of_resources", "the disk refuses");
      } finally {
        making.remove(hash + form);
      }
    }
    return target;
  }

  private static void send(Context context, Path file, String type, String etag) {
    context.header("ETag", etag);
    context.header("Accept-Ranges", "bytes");
    context.header("Cache-Control", "private, no-cache");
    if (matches(context.header("If-None-Match"), etag)) {
      context.status(304);
      return;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      String ifRange = context.header("If-Range");
      Optional<ByteRange> range;
      try {
        range =
            ifRange == null || ifRange.strip().equals(etag)
                ? ByteRange.of(context.header("Range"), size)
                : Optional.empty();
      } catch (ByteRange.Unsatisfiable e) {
        context.header("Content-Range", "bytes */" + size);
        throw ApiException.refused(
            416, "range_not_satisfiable", "the file has " + size + " bytes only");
      }
      context.contentType(type);
      range.ifPresent(
          r -> {
            context.status(206);
            context.header("Content-Range", "bytes " + r.first() + "-" + r.last() + "/" + size);
          });
      long first = range.map(ByteRange::first).orElse(0L);
      long length = range.map(ByteRange::length).orElse(size);
      context.res().setContentLengthLong(length);
      if (context.method().name().equals("HEAD")) {
        return;
      }
      copy(channel, first, length, context.res().getOutputStream());
    } catch (NoSuchFileException e) {
      throw ApiException.notFound("this result is gone");
    } catch (IOException e) {
      // The client went away in the middle; there is nobody to tell.
      return;
    }
  }

  private static void copy(FileChannel channel, long first, long length, OutputStream out)
      throws IOException {
    channel.position(first);
    var in = Channels.newInputStream(channel);
    byte[] buffer = new byte[1 << 16];
    long left = length;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new IOException("the file became shorter");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
    out.flush();
  }

  private static boolean matches(String header, String etag) {
    return header != null
        && Arrays.stream(header.split(",", -1))
            .map(String::strip)
            .anyMatch(tag -> tag.equals("*") || tag.replaceFirst("^W/", "").equals(etag));
  }
}
