package kinetone.server.api;

import io.javalin.http.Context;
import kinetone.common.Printable;

/** Numbers in addresses. */
final class Numbers {
  private Numbers() {}

  /** The whole number {@code name} of the query, within a range. */
  static int query(Context context, String name, int otherwise, int low, int high) {
    String text = context.queryParam(name);
    if (text == null) {
      return otherwise;
    }
    int value;
    try {
      value = Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw ApiException.invalid(
          name, name + " = '" + Printable.of(text) + "', must be a whole number");
    }
    if (value < low || value > high) {
      throw ApiException.invalid(
          name, name + " = " + value + ", must be between " + low + " and " + high);
    }
    return value;
  }
}
