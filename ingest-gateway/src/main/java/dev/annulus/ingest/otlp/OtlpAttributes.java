package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Attributes on their way to tags. The nearer one wins where keys are the same: the point's before
 * the scope's before the resource's. Immutable.
 */
final class OtlpAttributes {
  /** What describes a process and its library rather than what is measured. */
  private static final List<String> LEFT_OUT = List.of("process.", "telemetry.", "os.");

  private final Map<String, String> values;

  private OtlpAttributes(Map<String, String> values) {
    this.values = values;
  }

  static OtlpAttributes ofResource(JsonNode resource) {
    Map<String, String> values = new TreeMap<>();
    put(values, resource.path("attributes"));
    values.keySet().removeIf(key -> LEFT_OUT.stream().anyMatch(key::startsWith));
    return new OtlpAttributes(values);
  }

  /** With a scope's name, version and attributes. */
  OtlpAttributes withScope(JsonNode scope) {
    Map<String, String> more = new TreeMap<>(values);
    putText(more, "otel_scope_name", scope.path("name").asText(""));
    putText(more, "otel_scope_version", scope.path("version").asText(""));
    put(more, scope.path("attributes"));
    return new OtlpAttributes(more);
  }

  /** With a point's attributes. */
  OtlpAttributes withPoint(JsonNode point) {
    Map<String, String> more = new TreeMap<>(values);
    put(more, point.path("attributes"));
    return new OtlpAttributes(more);
  }

  /** The tags. */
  List<Tag> tags() {
    List<Tag> tags = new ArrayList<>(values.size());
    values.forEach((key, value) -> tags.add(new Tag(key, value)));
    return tags;
  }

  /** The tags and one more. */
  List<Tag> tagsWith(String key, String value) {
    Map<String, String> more = new TreeMap<>(values);
    more.put(key, value);
    return new OtlpAttributes(more).tags();
  }

  private static void put(Map<String, String> values, JsonNode attributes) {
    for (JsonNode attribute : attributes) {
      putText(values, attribute.path("key").asText(""), text(attribute.path("value")));
    }
  }

  private static void putText(Map<String, String> values, String key, String value) {
    if (!key.isEmpty() && !value.isEmpty()) {
      values.put(key, value);
    }
  }

  /** Lists and maps as JSON, everything else as it reads; empty if there is no value. */
  private static String text(JsonNode value) {
    for (String plain : List.of("stringValue", "boolValue", "intValue", "doubleValue")) {
      if (value.has(plain)) {
        return value.get(plain).asText();
      }
    }
    for (String nested : List.of("arrayValue", "kvlistValue", "bytesValue")) {
      if (value.has(nested)) {
        return value.get(nested).isTextual()
            ? value.get(nested).asText()
            : value.get(nested).toString();
      }
    }
    return "";
  }
}
