package dev.annulus.ingest.otlp;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Tag;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Attributes that become tags. For equal keys the closest wins: the point's over the scope's over
 * the resource's. If there are more than the rules allow, the rest is not read and {@link #tags}
 * fails. Immutable once built.
 */
final class OtlpAttributes {
  /** Attributes that describe the process and its SDK rather than what is measured. */
  private static final List<String> LEFT_OUT = List.of("process.", "telemetry.", "os.");

  private final SampleRules rules;
  private final Map<String, String> values;

  private OtlpAttributes(SampleRules rules, Map<String, String> values) {
    this.rules = rules;
    this.values = values;
  }

  static OtlpAttributes ofResource(Resource resource, SampleRules rules) {
    OtlpAttributes made = new OtlpAttributes(rules, new TreeMap<>());
    made.putAll(resource.getAttributesList(), LEFT_OUT);
    return made;
  }

  /** With a scope's name, version and attributes. */
  OtlpAttributes withScope(InstrumentationScope scope) {
    OtlpAttributes more = new OtlpAttributes(rules, new TreeMap<>(values));
    more.put("otel_scope_name", scope.getName());
    more.put("otel_scope_version", scope.getVersion());
    more.putAll(scope.getAttributesList(), List.of());
    return more;
  }

  /** With a point's attributes. */
  OtlpAttributes withPoint(List<KeyValue> attributes) {
    if (attributes.isEmpty() || tooMany()) {
      return this;
    }
    OtlpAttributes more = new OtlpAttributes(rules, new TreeMap<>(values));
    more.putAll(attributes, List.of());
    return more;
  }

  /**
   * The tags.
   *
   * @throws InvalidSampleException if there are too many
   */
  List<Tag> tags() {
    if (tooMany()) {
      throw new InvalidSampleException("tags", "at most %d are allowed".formatted(rules.maxTags()));
    }
    List<Tag> tags = new ArrayList<>(values.size());
    values.forEach((key, value) -> tags.add(new Tag(key, value)));
    return tags;
  }

  private boolean tooMany() {
    return values.size() > rules.maxTags();
  }

  private void putAll(List<KeyValue> attributes, List<String> leftOut) {
    for (int i = 0; i < attributes.size() && !tooMany(); i++) {
      KeyValue attribute = attributes.get(i);
      String key = attribute.getKey();
      if (leftOut.stream().noneMatch(key::startsWith)) {
        put(key, AttributeText.of(attribute.getValue(), rules.maxTagValueBytes()));
      }
    }
  }

  private void put(String key, String value) {
    if (!key.isEmpty() && !value.isEmpty()) {
      values.put(key, value);
    }
  }
}
