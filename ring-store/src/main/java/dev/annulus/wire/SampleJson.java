package dev.annulus.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON encoding of samples: one object, an array of objects, or a sequence of objects (NDJSON).
 * Field names and meanings are those of the HTTP contract. Thread-safe.
 */
public final class SampleJson {
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: [^;]*; line: (\\d+), column: (\\d+)]");
  private static final Pattern HINT =
      Pattern.compile(": enable `.*$|(?<=\\d), from `[^`]*`(\\))?.*$", Pattern.DOTALL);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(65_536)
                  .maxNameLength(8_192)
                  .maxNumberLength(400)
                  .build())
          .build();

  private static final int SHOWN_SAMPLES = 100;

  private SampleJson() {}

  /** Receives the samples of a body in order. */
  public interface Handler {
    /** A sample whose fields have the right types; not yet validated. */
    void sample(int index, Sample sample);

    /** A sample with a missing or unknown field, or one of the wrong type. */
    void invalid(int index, InvalidSampleException problem);

    /** Maximum number of tags; a sample with more is invalid. */
    default int maxTags() {
      return SampleRules.DEFAULT.maxTags();
    }
  }

  /**
   * Reads samples.
   *
   * @param body UTF-8; not closed
   * @param type the type of every sample; null if each sample has its own {@code type}. A missing
   *     type means counter with {@code raw_value} or {@code delta_value}, and an inferred gauge
   *     with {@code value}
   * @throws MalformedRecordException if it is not JSON of that shape; samples before the error have
   *     been passed on
   * @throws UncheckedIOException if reading {@code body} fails
   */
  public static void read(InputStream body, @Nullable MetricType type, Handler handler) {
    try (JsonParser parser = JSON.createParser(Utf8.checked(body))) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      readAll(parser, type, handler);
    } catch (JsonProcessingException | CharConversionException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads samples from bytes; otherwise like {@link #read(InputStream, MetricType, Handler)}. */
  public static void read(byte[] body, @Nullable MetricType type, Handler handler) {
    if (!Utf8.isValid(body, 0, body.length)) {
      throw new MalformedRecordException("malformed JSON: the bytes are not UTF-8");
    }
    try (JsonParser parser = JSON.createParser(body)) {
      readAll(parser, type, handler);
    } catch (IOException e) {
      throw malformed(e); // there is no I/O: the bytes are at fault
    }
  }

  /**
   * Writes samples as a JSON array of objects, each with its {@code type}, for a {@link
   * RejectedRecord}: at most 100, or as many as fit {@link RejectedRecord#MAX_PAYLOAD_BYTES}, but
   * at least one.
   */
  public static byte[] write(SeriesSamples samples) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartArray();
      int oneBytes = 0;
      for (int i = 0; i < Math.min(SHOWN_SAMPLES, samples.size()); i++) {
        if (out.size() + oneBytes >= RejectedRecord.MAX_PAYLOAD_BYTES) {
          break;
        }
        writeSample(json, samples.series(), samples.second(i), samples.values()[i]);
        json.flush();
        oneBytes = Math.max(oneBytes, out.size() / (i + 1) + 32);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeSample(JsonGenerator json, SeriesSpec series, long ts, double value)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", series.type().label());
    if (series.metricId() != null) {
      json.writeNumberField("metric_id", series.metricId());
    }
    if (series.key() != null) {
      json.writeStringField("name", series.key().name());
      json.writeObjectFieldStart("tags");
      for (Tag tag : series.key().tags()) {
        json.writeStringField(tag.key(), tag.value());
      }
      json.writeEndObject();
    }
    if (series.step() != null) {
      json.writeNumberField("step", series.step());
    }
    if (series.slots() != null) {
      json.writeNumberField("slots", series.slots());
    }
    json.writeNumberField("ts", ts);
    String field = series.valueField();
    if (Double.isFinite(value)) {
      json.writeNumberField(field, value);
    } else {
      json.writeStringField(field, Double.toString(value));
    }
    json.writeEndObject();
  }

  private static void readAll(JsonParser parser, @Nullable MetricType type, Handler handler)
      throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new MalformedRecordException("the body is empty; expected a JSON object or array");
    }
    int index = 0;
    if (token == JsonToken.START_ARRAY) {
      while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
        readElement(parser, token, index++, type, handler);
      }
      if (parser.nextToken() != null) {
        throw new MalformedRecordException("there must be no data after the JSON array");
      }
      return;
    }
    for (; token != null; token = parser.nextToken()) {
      readElement(parser, token, index++, type, handler);
    }
  }

  private static void readElement(
      JsonParser parser,
      @Nullable JsonToken token,
      int index,
      @Nullable MetricType type,
      Handler handler)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      throw new MalformedRecordException(
          "sample " + index + " must be a JSON object, got " + describe(token));
    }
    JsonStreamContext sampleContext = parser.getParsingContext();
    Fields fields = new Fields(handler.maxTags());
    InvalidSampleException problem = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      try {
        fields.read(name, parser);
      } catch (InvalidSampleException e) {
        problem = problem == null ? e : problem;
        while (parser.getParsingContext() != sampleContext) {
          parser.nextToken(); // skip out of the value at fault
        }
      }
    }
    if (problem == null) {
      try {
        handler.sample(index, fields.toSample(type));
        return;
      } catch (InvalidSampleException e) {
        problem = e;
      }
    }
    handler.invalid(index, problem);
  }

  /** Invalid text, such as malformed UTF-32, is a {@link CharConversionException}. */
  private static MalformedRecordException malformed(IOException e) {
    if (!(e instanceof JsonProcessingException json)) {
      return new MalformedRecordException("malformed JSON: " + e.getMessage());
    }
    String where =
        json.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr());
    return new MalformedRecordException(
        "malformed JSON" + where + ": " + plain(json.getOriginalMessage()));
  }

  /** Strips the parser's hints at its own settings, which a client cannot change. */
  private static String plain(String message) {
    String located = SOURCE.matcher(message).replaceAll("line $1, column $2");
    return HINT.matcher(located).replaceFirst("$1");
  }

  private static String describe(@Nullable JsonToken token) {
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

  /** The fields of one sample object during parsing. */
  private static final class Fields {
    private final int maxTags;
    private @Nullable Long metricId;
    private @Nullable String name;
    private @Nullable List<Tag> tags;
    private @Nullable MetricType type;
    private @Nullable Integer step;
    private @Nullable Integer slots;
    private @Nullable Long ts;
    private @Nullable Double value;
    private @Nullable Double rawValue;
    private @Nullable Double deltaValue;

    Fields(int maxTags) {
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
        case "slots" -> slots = once(field, slots, smallNumber(field, parser));
        case "ts" -> ts = once(field, ts, wholeNumber(field, parser));
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
      if (ts == null) {
        throw new InvalidSampleException("ts", "is missing; expected epoch seconds");
      }
      Double number = rawValue != null ? rawValue : deltaValue != null ? deltaValue : value;
      if (number == null) {
        throw new InvalidSampleException(valueField(effective, fixedType), "is missing");
      }
      boolean inferred = fixedType == null && type == null && effective == MetricType.GAUGE;
      return new Sample(series(effective, inferred), ts, number);
    }

    private SeriesSpec series(MetricType effective, boolean inferred) {
      if (name != null && name.isEmpty()) {
        throw new InvalidSampleException("name", "must not be empty");
      }
      if (name == null && metricId == null) {
        throw new InvalidSampleException(
            "name", "is missing; a sample needs a name or a metric_id");
      }
      if (name == null && tags != null && !tags.isEmpty()) {
        throw new InvalidSampleException("tags", "require a name");
      }
      SeriesKey key = name == null ? null : new SeriesKey(name, tags == null ? List.of() : tags);
      return new SeriesSpec(
          metricId,
          key,
          effective,
          step,
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
            "slots",
            "ts",
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

    private static InvalidSampleException mistyped(
        String field, String expected, JsonParser parser) {
      return new InvalidSampleException(
          field, "must be " + expected + ", got " + describe(parser.currentToken()));
    }
  }

  /** Encodes text as UTF-8. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
