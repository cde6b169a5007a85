package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlJson;
import dev.annulus.query.sql.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"query_id", "columns", "rows": [{…}], "count", "truncated", "stats"}}. */
final class JsonRowsWriter implements ResultWriter {
  private final JsonGenerator json;
  private SerializedString[] names = {};

  JsonRowsWriter(OutputStream out) throws IOException {
    this.json = JsonResult.generator(out);
  }

  @Override
  public void begin(String queryId, List<SqlColumn> columns) throws IOException {
    names = JsonResult.keys(columns);
    json.writeStartObject();
    json.writeStringField("query_id", queryId);
    JsonResult.writeColumns(json, columns, names);
    json.writeArrayFieldStart("rows");
  }

  @Override
  public void row(@Nullable Object[] values) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < names.length; i++) {
      json.writeFieldName(names[i]);
      SqlJson.write(json, values[i]);
    }
    json.writeEndObject();
  }

  @Override
  public void end(SqlStats stats, boolean truncated) throws IOException {
    json.writeEndArray();
    JsonResult.writeEnd(json, stats, truncated);
    json.writeEndObject();
    json.close();
  }
}
