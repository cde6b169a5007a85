package dev.annulus.service.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by the {@code Accept} header between the JSON list of metrics and the process's own
 * metrics as text, where both share a path. Only a client that names a text format gets text;
 * browsers, curl and clients that accept anything get JSON.
 */
final class MetricsFormat {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final Set<String> TEXTS =
      Set.of("text/plain", OPEN_METRICS, "application/vnd.google.protobuf");

  private MetricsFormat() {}

  /** Whether a text format is named, with at least the weight of JSON. */
  static boolean wantsText(@Nullable String accept) {
    double text = -1;
    double json = 0;
    for (String range : ranges(accept)) {
      if (TEXTS.contains(type(range))) {
        text = Math.max(text, weight(range));
      } else if (type(range).equals("application/json")) {
        json = Math.max(json, weight(range));
      }
    }
    return text > 0 && text >= json;
  }

  /** Whether OpenMetrics is named with more weight than plain text. */
  static boolean prefersOpenMetrics(@Nullable String accept) {
    double open = 0;
    double plain = 0;
    for (String range : ranges(accept)) {
      if (type(range).equals(OPEN_METRICS)) {
        open = Math.max(open, weight(range));
      } else if (type(range).equals("text/plain")) {
        plain = Math.max(plain, weight(range));
      }
    }
    return open > plain;
  }

  private static String[] ranges(@Nullable String accept) {
    return accept == null ? new String[0] : accept.split(",", -1);
  }

  private static String type(String range) {
    return range.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  /** The weight; default 1, and 0 if it is not a number from 0 to 1. */
  private static double weight(String range) {
    for (String parameter : range.split(";", -1)) {
      String trimmed = parameter.trim().toLowerCase(Locale.ROOT);
      if (trimmed.startsWith("q=")) {
        try {
          double weight = Double.parseDouble(trimmed.substring(2).trim());
          return weight >= 0 && weight <= 1 ? weight : 0;
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
