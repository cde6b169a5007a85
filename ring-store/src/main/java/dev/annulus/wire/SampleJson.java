package dev.annulus.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Times;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
        writeSample(json, samples.series(), samples.millis(i), samples.values()[i]);
        json.flush();
        oneBytes = Math.max(oneBytes, out.size() / (i + 1) + 32);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeSample(
      JsonGenerator json, SeriesSpec series, long tsMillis, double value) throws IOException {
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
    if (series.stepMillis() != null) {
      writeTime(json, "step", series.stepMillis());
    }
    if (series.slots() != null) {
      json.writeNumberField("slots", series.slots());
    }
    writeTime(json, "ts", tsMillis);
    String field = series.valueField();
    if (Double.isFinite(value)) {
      json.writeNumberField(field, value);
    } else {
      json.writeStringField(field, Double.toString(value));
    }
    json.writeEndObject();
  }

  /** In seconds if they are whole, otherwise in milliseconds under a name of its own. */
  private static void writeTime(JsonGenerator json, String field, long millis) throws IOException {
    if (Times.isWholeSecond(millis)) {
      json.writeNumberField(field, Times.seconds(millis));
    } else {
      json.writeNumberField(field + "_ms", millis);
    }
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
          "sample " + index + " must be a JSON object, got " + SampleFields.describe(token));
    }
    JsonStreamContext sampleContext = parser.getParsingContext();
    SampleFields fields = new SampleFields(handler.maxTags());
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

  /** Encodes text as UTF-8. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
