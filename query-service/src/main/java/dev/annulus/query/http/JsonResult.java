package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What results in JSON have in common: their columns and their end. */
final class JsonResult {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonResult() {}

  static JsonGenerator generator(OutputStream out) throws IOException {
    JsonGenerator json = FACTORY.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    return json;
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
