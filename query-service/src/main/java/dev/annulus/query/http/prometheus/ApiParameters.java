package dev.annulus.query.http.prometheus;

import dev.annulus.promql.parser.Durations;
import dev.annulus.service.http.Problem;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request to Prometheus' API: of a form before those of the URL. What is not
 * asked for is ignored.
 */
final class ApiParameters {
  /** Beyond any date, and far enough from overflowing when ranges are taken off. */
  private static final double MAX_SECONDS = 4e15;

  private static final double NANOS_OF_MILLI = 1e6;

  /** As many as fit into 64 bits. */
  private static final double MAX_NANOS = 0x1p63;

  // Linear: no repetition in it can match the same text in two ways.
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,4})?");

  private final Context ctx;
  private final boolean isForm;

  ApiParameters(Context ctx) {
    this.ctx = ctx;
    String type = ctx.header("Content-Type");
    this.isForm =
        ctx.method().name().equals("POST")
            && type != null
            && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
  }

  /** All values of a parameter. */
  List<String> all(String name) {
    List<String> all = new ArrayList<>();
    if (isForm) {
      all.addAll(ctx.formParams(name));
    }
    all.addAll(ctx.queryParams(name));
    return all;
  }

  /** The first value; empty if there is none. */
  String get(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? "" : all.get(0);
  }

  /** The first value; null if there is none or it is empty. */
  @Nullable String optional(String name) {
    String value = get(name);
    return value.isEmpty() ? null : value;
  }

  /** A required time in milliseconds. */
  long time(String name) {
    String text = get(name);
    if (NUMBER.matcher(text).matches()) {
      double seconds = Double.parseDouble(text);
      if (Math.abs(seconds) <= MAX_SECONDS) {
        double whole = Math.floor(seconds);
        return ((long) whole) * 1_000 + Math.round((seconds - whole) * 1_000);
      }
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(name, "cannot parse \"" + text + "\" to a valid timestamp");
    }
  }

  /** A time in milliseconds, with a default. */
  long time(String name, long otherwise) {
    return get(name).isEmpty() ? otherwise : time(name);
  }

  /** A duration in milliseconds, in seconds or as Prometheus writes durations; rounded up. */
  long duration(String name) {
    String text = get(name);
    if (NUMBER.matcher(text).matches()) {
      double nanos = Double.parseDouble(text) * 1e9;
      if (Math.abs(nanos) >= MAX_NANOS) {
        throw invalid(
            name, "cannot parse \"" + text + "\" to a valid duration. It overflows int64");
      }
      return (long) Math.ceil(nanos / NANOS_OF_MILLI);
    }
    try {
      return Durations.parseMillis(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, "cannot parse \"" + text + "\" to a valid duration");
    }
  }

  /** How long the request may take: {@code timeout}, but not longer than {@code longest}. */
  Duration timeout(Duration longest) {
    if (get("timeout").isEmpty()) {
      return longest;
    }
    Duration wanted = Duration.ofMillis(Math.max(0, duration("timeout")));
    return wanted.compareTo(longest) < 0 ? wanted : longest;
  }

  /** How many results at most; {@link Integer#MAX_VALUE} if there is no limit. */
  int limit() {
    return limit("limit");
  }

  /** As {@link #limit()}, of another name. */
  int limit(String name) {
    String text = get(name);
    if (text.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    try {
      long limit = Long.parseLong(text);
      if (limit < 0) {
        throw invalid(name, "limit must be non-negative");
      }
      return limit == 0 || limit > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) limit;
    } catch (NumberFormatException e) {
      throw invalid(name, "cannot parse \"" + text + "\" to a number");
    }
  }

  static RuntimeException invalid(String name, String why) {
    return badData("invalid parameter \"" + name + "\": " + why);
  }

  static RuntimeException badData(String why) {
    return Problem.of(400, PrometheusErrors.BAD_DATA, why).toException();
  }
}
