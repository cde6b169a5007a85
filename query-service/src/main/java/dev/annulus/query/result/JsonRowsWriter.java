package dev.annulus.query.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.annulus.query.sql.api.SqlColumn;
import dev.annulus.query.sql.api.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"query_id", "columns", "rows": [{…}], "count", "truncated", "stats"}}. */
final class JsonRowsWriter implements ResultWriter {
  private final JsonGenerator json;
  private SerializedString[] names = {};

  JsonRowsWriter(OutputStream out) throws IOException {
    this.json = JsonValues.generator(out);
  }

  @Override
  public void begin(String queryId, List<SqlColumn> columns) throws IOException {
    names = JsonValues.keys(columns);
    json.writeStartObject();
    json.writeStringField("query_id", queryId);
    JsonValues.writeColumns(json, columns, names);
    json.writeArrayFieldStart("rows");
  }

  @Override
  public void row(@Nullable Object[] values) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < names.length; i++) {
      json.writeFieldName(names[i]);
      JsonValues.write(json, values[i]);
    }
    json.writeEndObject();
  }

  @Override
  public void end(SqlStats stats, boolean truncated) throws IOException {
    json.writeEndArray();
    JsonValues.writeEnd(json, stats, truncated);
    json.writeEndObject();
    json.close();
  }
}
