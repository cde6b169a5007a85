package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlJson;
import dev.annulus.query.sql.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"query_id", "columns", "data": [[…], […]], "count", "truncated", "stats"}}, an array for
 * each column: what a chart reads without reshaping. Holds the whole result in memory.
 */
final class JsonColumnsWriter implements ResultWriter {
  private final JsonGenerator json;
  private final List<@Nullable Object[]> rows = new ArrayList<>();
  private int width;

  JsonColumnsWriter(OutputStream out) throws IOException {
    this.json = JsonResult.generator(out);
  }

  @Override
  public void begin(String queryId, List<SqlColumn> columns) throws IOException {
    width = columns.size();
    json.writeStartObject();
    json.writeStringField("query_id", queryId);
    JsonResult.writeColumns(json, columns, JsonResult.keys(columns));
  }

  @Override
  public boolean keepsRows() {
    return true;
  }

  @Override
  public void row(@Nullable Object[] values) {
    rows.add(values);
  }

  @Override
  public void end(SqlStats stats, boolean truncated) throws IOException {
    json.writeArrayFieldStart("data");
    for (int column = 0; column < width; column++) {
      json.writeStartArray();
      for (Object[] row : rows) {
        SqlJson.write(json, row[column]);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    JsonResult.writeEnd(json, stats, truncated);
    json.writeEndObject();
    json.close();
  }
}
