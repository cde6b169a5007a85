package dev.annulus.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON sample during parsing. Not thread-safe. */
final class SampleFields {
  private final int maxTags;
  private @Nullable Long metricId;
  private @Nullable String name;
  private @Nullable List<Tag> tags;
  private @Nullable MetricType type;
  private @Nullable Integer step;
  private @Nullable Long stepMillis;
  private @Nullable Integer slots;
  private @Nullable Long ts;
  private @Nullable Long tsMillis;
  private @Nullable Double value;
  private @Nullable Double rawValue;
  private @Nullable Double deltaValue;

  SampleFields(int maxTags) {
    this.maxTags = maxTags;
  }

  void read(String field, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      requireKnown(field);
      return;
    }
    switch (field) {
      case "metric_id" -> metricId = once(field, metricId, wholeNumber(field, parser));
      case "name" -> name = once(field, name, text(field, parser));
      case "tags" -> tags = once(field, tags, readTags(parser));
      case "type" -> type = once(field, type, metricType(parser));
      case "step" -> step = once(field, step, smallNumber(field, parser));
      case "step_ms" -> stepMillis = once(field, stepMillis, positive(field, parser));
      case "slots" -> slots = once(field, slots, smallNumber(field, parser));
      case "ts" -> ts = once(field, ts, wholeNumber(field, parser));
      case "ts_ms" -> tsMillis = once(field, tsMillis, wholeNumber(field, parser));
      case "value" -> value = once(field, value, number(field, parser));
      case "raw_value" -> rawValue = once(field, rawValue, number(field, parser));
      case "delta_value" -> deltaValue = once(field, deltaValue, number(field, parser));
      default -> requireKnown(field);
    }
  }

  Sample toSample(@Nullable MetricType fixedType) {
    MetricType effective = effectiveType(fixedType);
    if (effective == MetricType.GAUGE) {
      requireNone("raw_value", rawValue, "belongs to a counter; a gauge has value");
      requireNone("delta_value", deltaValue, "belongs to a counter; a gauge has value");
    }
    if (fixedType == MetricType.COUNTER && value != null) {
      throw new InvalidSampleException("value", "belongs to a gauge; a counter has raw_value");
    }
    if (value != null) {
      requireNone("raw_value", rawValue, "must not be set together with value");
      requireNone("delta_value", deltaValue, "must not be set together with value");
    }
    if (rawValue != null) {
      requireNone("delta_value", deltaValue, "must not be set together with raw_value");
    }
    long time = time();
    Double number = rawValue != null ? rawValue : deltaValue != null ? deltaValue : value;
    if (number == null) {
      throw new InvalidSampleException(valueField(effective, fixedType), "is missing");
    }
    boolean inferred = fixedType == null && type == null && effective == MetricType.GAUGE;
    return new Sample(series(effective, inferred), time, number);
  }

  /** Epoch milliseconds. */
  private long time() {
    if (tsMillis == null) {
      if (ts == null) {
        throw new InvalidSampleException("ts", "is missing; expected epoch seconds");
      }
      return SampleRules.millisOf(ts);
    }
    if (ts != null && ts != Times.seconds(tsMillis)) {
      throw new InvalidSampleException("ts_ms", "must be in the second of ts, " + ts);
    }
    if (tsMillis < 0) {
      throw new InvalidSampleException("ts_ms", "must not be negative, got " + tsMillis);
    }
    return tsMillis;
  }

  private @Nullable Long ringStepMillis() {
    if (stepMillis == null) {
      return step == null ? null : Long.valueOf(Times.millis(step));
    }
    if (step != null && Times.millis(step) != stepMillis) {
      throw new InvalidSampleException("step_ms", "must be as long as step, " + step + " s");
    }
    return stepMillis;
  }

  private SeriesSpec series(MetricType effective, boolean inferred) {
    if (name != null && name.isEmpty()) {
      throw new InvalidSampleException("name", "must not be empty");
    }
    if (name == null && metricId == null) {
      throw new InvalidSampleException("name", "is missing; a sample needs a name or a metric_id");
    }
    if (name == null && tags != null && !tags.isEmpty()) {
      throw new InvalidSampleException("tags", "require a name");
    }
    SeriesKey key = name == null ? null : new SeriesKey(name, tags == null ? List.of() : tags);
    return new SeriesSpec(
        metricId,
        key,
        effective,
        ringStepMillis(),
        slots,
        deltaValue != null ? Temporality.DELTA : Temporality.ABSOLUTE,
        inferred);
  }

  private MetricType effectiveType(@Nullable MetricType fixedType) {
    if (fixedType != null) {
      if (type != null && type != fixedType) {
        throw new InvalidSampleException(
            "type", "must be " + fixedType.label() + " here, got " + type.label());
      }
      return fixedType;
    }
    if (type != null) {
      return type;
    }
    return rawValue != null || deltaValue != null ? MetricType.COUNTER : MetricType.GAUGE;
  }

  private static String valueField(MetricType effective, @Nullable MetricType fixedType) {
    return effective == MetricType.COUNTER && fixedType != null ? "raw_value" : "value";
  }

  private static void requireNone(String field, @Nullable Double given, String rule) {
    if (given != null) {
      throw new InvalidSampleException(field, rule);
    }
  }

  private static void requireKnown(String field) {
    switch (field) {
      case "metric_id",
          "name",
          "tags",
          "type",
          "step",
          "step_ms",
          "slots",
          "ts",
          "ts_ms",
          "value",
          "raw_value",
          "delta_value" -> {}
      default ->
          throw new InvalidSampleException(
              field.length() > 64 ? field.substring(0, 64) + "…" : field,
              "is not a field of a sample");
    }
  }

  private static <T> T once(String field, @Nullable T before, T now) {
    if (before != null) {
      throw new InvalidSampleException(field, "is given twice");
    }
    return now;
  }

  /** Stops at the limit, since the duplicate check is quadratic. */
  private List<Tag> readTags(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw mistyped("tags", "an object of strings", parser);
    }
    List<Tag> tags = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw mistyped("tags." + key, "a string", parser);
      }
      String value = parser.getText();
      if (value.isEmpty()) {
        continue; // an empty tag is no tag and must not count
      }
      if (tags.size() == maxTags) {
        throw new InvalidSampleException(
            "tags", "at most %d are allowed (ingest.max-tags)".formatted(maxTags));
      }
      if (hasKey(tags, key)) {
        throw new InvalidSampleException("tags." + key, "is given twice");
      }
      tags.add(new Tag(key, value));
    }
    return tags;
  }

  private static boolean hasKey(List<Tag> tags, String key) {
    for (Tag tag : tags) {
      if (tag.key().equals(key)) {
        return true;
      }
    }
    return false;
  }

  private static MetricType metricType(JsonParser parser) throws IOException {
    String label = text("type", parser);
    for (MetricType candidate : MetricType.values()) {
      if (candidate.label().equals(label)) {
        return candidate;
      }
    }
    throw new InvalidSampleException("type", "must be \"gauge\" or \"counter\"");
  }

  private static String text(String field, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw mistyped(field, "a string", parser);
    }
    return parser.getText();
  }

  private static double number(String field, JsonParser parser) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      throw mistyped(field, "a number", parser);
    }
    return parser.getDoubleValue();
  }

  private static int smallNumber(String field, JsonParser parser) throws IOException {
    long number = wholeNumber(field, parser);
    if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
      throw new InvalidSampleException(field, "must fit into 32 bits");
    }
    return (int) number;
  }

  private static long positive(String field, JsonParser parser) throws IOException {
    long number = wholeNumber(field, parser);
    if (number < 1) {
      throw new InvalidSampleException(field, "must be at least 1, got " + number);
    }
    return number;
  }

  private static long wholeNumber(String field, JsonParser parser) throws IOException {
    try {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        return parser.getLongValue();
      }
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        return wholeOf(parser.getText());
      }
    } catch (InputCoercionException | ArithmeticException | NumberFormatException e) {
      throw new InvalidSampleException(field, "must be a whole number within 64 bits");
    }
    throw mistyped(field, "a whole number", parser);
  }

  /** Accepts 1700000000.0, which many languages print for an integral double. */
  private static long wholeOf(String text) {
    double approximate = Double.parseDouble(text);
    if (Math.abs(approximate) >= 0x1p63) {
      throw new ArithmeticException("beyond 64 bits");
    }
    return new BigDecimal(text).longValueExact();
  }

  private static InvalidSampleException mistyped(String field, String expected, JsonParser parser) {
    return new InvalidSampleException(
        field, "must be " + expected + ", got " + describe(parser.currentToken()));
  }

  /** A token in words, for messages. */
  static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "missing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.name();
    };
  }
}
