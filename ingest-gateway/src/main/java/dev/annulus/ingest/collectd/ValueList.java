package dev.annulus.ingest.collectd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that a collectd plugin read at one time. Names and tags are those of
 * collectd_exporter, so that the same dashboards fit. Not thread-safe.
 */
final class ValueList {
  /** More than any of collectd's types has. */
  private static final int MAX_VALUES = 64;

  private final int number;
  private final List<Double> values = new ArrayList<>();
  private final List<String> sourceTypes = new ArrayList<>();
  private final List<String> sourceNames = new ArrayList<>();
  private double time = Double.NaN;
  private String host = "";
  private String plugin = "";
  private String pluginInstance = "";
  private String type = "";
  private String typeInstance = "";

  private ValueList(int number) {
    this.number = number;
  }

  /**
   * Reads one.
   *
   * @param json at its start; afterwards at its end
   * @param number its index in the body, for messages
   * @throws InvalidSampleException if a field has another type than collectd's
   */
  static ValueList read(JsonParser json, int number) throws IOException {
    ValueList list = new ValueList(number);
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw list.invalid("", "must be an object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      list.field(json.currentName(), json);
    }
    return list;
  }

  private void field(String field, JsonParser json) throws IOException {
    json.nextToken();
    switch (field) {
      case "values" -> {
        expect(json, JsonToken.START_ARRAY, field, "must be an array of numbers");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          bounded(values, field).add(numberOrNull(json, field));
        }
      }
      case "dstypes" -> texts(json, field, sourceTypes);
      case "dsnames" -> texts(json, field, sourceNames);
      case "time" -> time = numberOrNull(json, field);
      case "host" -> host = text(json, field);
      case "plugin" -> plugin = text(json, field);
      case "plugin_instance" -> pluginInstance = text(json, field);
      case "type" -> type = text(json, field);
      case "type_instance" -> typeInstance = text(json, field);
      default -> json.skipChildren();
    }
  }

  private void texts(JsonParser json, String field, List<String> into) throws IOException {
    expect(json, JsonToken.START_ARRAY, field, "must be an array of texts");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      bounded(into, field).add(text(json, field));
    }
  }

  private String text(JsonParser json, String field) throws IOException {
    expect(json, JsonToken.VALUE_STRING, field, "must be a text");
    return json.getText();
  }

  /** NaN stands for null, which collectd writes for a value it does not know. */
  private double numberOrNull(JsonParser json, String field) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Double.NaN;
    }
    if (json.currentToken() == null || !json.currentToken().isNumeric()) {
      throw invalid(field, "must be a number");
    }
    return json.getDoubleValue();
  }

  private <T> List<T> bounded(List<T> list, String field) {
    if (list.size() == MAX_VALUES) {
      throw invalid(field, "must have at most " + MAX_VALUES + " entries");
    }
    return list;
  }

  private void expect(JsonParser json, JsonToken token, String field, String rule) {
    if (json.currentToken() != token) {
      throw invalid(field, rule);
    }
  }

  private InvalidSampleException invalid(String field, String rule) {
    return new InvalidSampleException("[%d]%s".formatted(number - 1, dot(field)), rule);
  }

  private static String dot(String field) {
    return field.isEmpty() ? "" : "." + field;
  }

  /**
   * Checks that the fields are complete and consistent.
   *
   * @throws InvalidSampleException naming the field and the rule
   */
  void check() {
    if (plugin.isEmpty() || type.isEmpty()) {
      throw new InvalidSampleException(plugin.isEmpty() ? "plugin" : "type", "must not be empty");
    }
    if (!Double.isFinite(time)) {
      throw new InvalidSampleException("time", "is missing");
    }
    if (values.isEmpty()) {
      throw new InvalidSampleException("values", "is missing");
    }
    if (sourceTypes.size() != values.size() || sourceNames.size() != values.size()) {
      throw new InvalidSampleException(
          sourceTypes.size() != values.size() ? "dstypes" : "dsnames",
          "must have as many entries as values");
    }
    for (String sourceType : sourceTypes) {
      typeOf(sourceType);
    }
  }

  int size() {
    return values.size();
  }

  /** Epoch milliseconds, rounded down. */
  long tsMillis() {
    return SampleRules.millisOf(time);
  }

  /** A value; NaN if there is none. */
  double value(int index) {
    return values.get(index);
  }

  MetricType type(int index) {
    return typeOf(sourceTypes.get(index));
  }

  private static MetricType typeOf(String sourceType) {
    return switch (sourceType) {
      case "gauge", "absolute" -> MetricType.GAUGE;
      case "derive", "counter" -> MetricType.COUNTER;
      default ->
          throw new InvalidSampleException("dstypes", "must be gauge, derive, counter or absolute");
    };
  }

  /** Such as {@code collectd_interface_if_octets_rx_total}. */
  String name(int index) {
    StringBuilder name = new StringBuilder("collectd_").append(plugin);
    if (!plugin.equals(type)) {
      name.append('_').append(type);
    }
    String source = sourceNames.get(index);
    if (!source.equals("value")) {
      name.append('_').append(source);
    }
    if (type(index) == MetricType.COUNTER) {
      name.append("_total");
    }
    return printable(name.toString());
  }

  /** The host as {@code instance}, then what distinguishes this from others of its plugin. */
  List<Tag> tags() {
    List<Tag> tags = new ArrayList<>();
    add(tags, "instance", host);
    add(tags, printable(plugin), pluginInstance.isEmpty() ? typeInstance : pluginInstance);
    add(tags, "type", pluginInstance.isEmpty() ? "" : typeInstance);
    return tags;
  }

  private static void add(List<Tag> tags, String key, String value) {
    if (!value.isEmpty()) {
      tags.add(new Tag(key, value));
    }
  }

  private static String printable(String name) {
    return name.replaceAll("[^a-zA-Z0-9_:]", "_");
  }
}
