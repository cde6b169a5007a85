package dev.annulus.query.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.annulus.query.sql.api.SqlColumn;
import dev.annulus.query.sql.api.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SQL values in JSON: BIGINT as integer, DOUBLE as number, NaN and infinities as null. */
final class JsonValues {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonValues() {}

  static JsonGenerator generator(OutputStream out) throws IOException {
    JsonGenerator json = FACTORY.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    return json;
  }

  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Double number) {
      if (Double.isFinite(number)) {
        json.writeNumber(number);
      } else {
        json.writeNull();
      }
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else {
      json.writeString(value.toString());
    }
  }

  /**
   * The columns' names, each once, for the keys of an object: the second column named {@code value}
   * is {@code value_2}, or the next number that no column has.
   */
  static SerializedString[] keys(List<SqlColumn> columns) {
    Set<String> taken = columns.stream().map(SqlColumn::name).collect(Collectors.toSet());
    Map<String, Integer> seen = new HashMap<>();
    SerializedString[] keys = new SerializedString[columns.size()];
    for (int i = 0; i < keys.length; i++) {
      String name = columns.get(i).name();
      int count = seen.merge(name, 1, Integer::sum);
      String key = name;
      if (count > 1) {
        while (!taken.add(name + "_" + count)) {
          count++;
        }
        key = name + "_" + count;
        seen.put(name, count);
      }
      keys[i] = new SerializedString(key);
    }
    return keys;
  }

  /**
   * Writes what the columns are.
   *
   * @param keys what the answer calls each
   */
  static void writeColumns(JsonGenerator json, List<SqlColumn> columns, SerializedString[] keys)
      throws IOException {
    json.writeArrayFieldStart("columns");
    for (int i = 0; i < keys.length; i++) {
      SqlColumn column = columns.get(i);
      json.writeStartObject();
      json.writeStringField("name", keys[i].getValue());
      json.writeStringField("type", column.type().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void writeEnd(JsonGenerator json, SqlStats stats, boolean truncated) throws IOException {
    json.writeNumberField("count", stats.rows());
    json.writeBooleanField("truncated", truncated);
    json.writeObjectFieldStart("stats");
    json.writeNumberField("elapsed_ms", millis(stats.elapsedNanos()));
    json.writeNumberField("planning_ms", millis(stats.planningNanos()));
    json.writeBooleanField("plan_cached", stats.planCached());
    json.writeNumberField("samples_scanned", stats.samples());
    json.writeNumberField("bytes_scanned", stats.bytes());
    json.writeNumberField("series", stats.series());
    json.writeNumberField("rows", stats.rows());
    json.writeEndObject();
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
