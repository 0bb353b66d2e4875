package kinetone.server.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import kinetone.server.log.EventLog;

/** {@code /metrics} in Prometheus' form, and a line of the log for every request. */
public final class Metrics {
  private static final Pattern ID = Pattern.compile("video_[^/]*");

  /** Other addresses are one, lest somebody fill the memory with names. */
  private static final List<String> KNOWN =
      List.of(
          "/",
          "/health",
          "/ready",
          "/metrics",
          "/openapi.yaml",
          "/v1/models",
          "/v1/videos",
          "/v1/videos/{id}",
          "/v1/videos/{id}/content",
          "/v1/videos/{id}/events",
          "/v1/videos/{id}/cancel",
          "/v1/videos/{id}/remix",
          "/v1/videos/{id}/ratings");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EventLog log;

  /** Requests are told to {@code log}. */
  @SuppressWarnings("resource")
  public Metrics(EventLog log) {
    this.log = log;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
  }

  /** Adds a number that is asked for when somebody looks. */
  public void gauge(String name, String help, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).register(registry);
  }

  /** Adds the address and the listener. */
  public void addTo(JavalinConfig javalin) {
    javalin.routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(registry.scrape()));
    javalin.requestLogger.http(this::requested);
  }

  private void requested(Context context, float millis) {
    String path = ID.matcher(context.path()).replaceAll("{id}");
    String known = KNOWN.contains(path) ? path : "other";
    String status = Integer.toString(context.statusCode());
    Timer.builder("kinetone.http.requests")
        .description("requests and the time they took")
        .tag("method", context.method().name())
        .tag("path", known)
        .tag("status", status)
        .register(registry)
        .record(Duration.ofNanos((long) (millis * 1e6)));
    if (!known.equals("/health") && !known.equals("/ready") && !known.equals("/metrics")) {
      log.event(
          "request",
          Map.of(
              "method", context.method().name(),
              "path", known.equals("other") ? "other" : context.path(),
              "status", context.statusCode(),
              "milliseconds", Math.round(millis)));
    }
  }
}
