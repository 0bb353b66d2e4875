package kinetone.server.api;

import java.util.Optional;

/** A refusal, told in the form of OpenAI's errors. */
public final class ApiException extends RuntimeException {
  private final int status;
  private final String type;
  private final String code;
  private final transient Optional<String> parameter;
  private final int retryAfterSeconds;

  private ApiException(
      int status,
      String type,
      String code,
      Optional<String> parameter,
      int retryAfterSeconds,
      String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.parameter = parameter;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The request is wrong. */
  public static ApiException invalid(String message) {
    return refused(400, "invalid_value", message);
  }

  /** One field of the request is wrong. */
  public static ApiException invalid(String parameter, String message) {
    return new ApiException(
        400, "invalid_request_error", "invalid_value", Optional.of(parameter), 0, message);
  }

  /** The request is refused. */
  public static ApiException refused(int status, String code, String message) {
    return new ApiException(status, "invalid_request_error", code, Optional.empty(), 0, message);
  }

  /** There is no such thing, or it is another's. */
  public static ApiException notFound(String message) {
    return refused(404, "not_found", message);
  }

  /** Nobody may ask without a key. */
  public static ApiException unauthorised(String message) {
    return new ApiException(
        401, "authentication_error", "invalid_api_key", Optional.empty(), 0, message);
  }

  /** Too much at once. */
  public static ApiException tooMany(String code, int retryAfterSeconds, String message) {
    return new ApiException(
        429, "rate_limit_error", code, Optional.empty(), retryAfterSeconds, message);
  }

  /** Not now. */
  public static ApiException unavailable(int retryAfterSeconds, String message) {
    return new ApiException(
        503, "server_error", "unavailable", Optional.empty(), retryAfterSeconds, message);
  }

  /** A fault of the server. */
  public static ApiException fault(int status, String code, String message) {
    return new ApiException(status, "server_error", code, Optional.empty(), 0, message);
  }

  /** Status of the answer. */
  public int status() {
    return status;
  }

  /** OpenAI's name of the kind of error. */
  public String type() {
    return type;
  }

  /** What it is, for programs. */
  public String code() {
    return code;
  }

  /** The field that is wrong. */
  public Optional<String> parameter() {
    return parameter;
  }

  /** When to try again; 0 says nothing. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
