package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlJson;
import dev.annulus.query.sql.SqlStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row object per line and nothing else; what is cut off shows in a trailer header. */
final class NdjsonWriter implements ResultWriter {
  private final JsonGenerator json;
  private SerializedString[] names = {};

  NdjsonWriter(OutputStream out) throws IOException {
    this.json = JsonResult.generator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  @Override
  public void begin(String queryId, List<SqlColumn> columns) {
    names = JsonResult.keys(columns);
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
    if (stats.rows() > 0) {
      json.writeRaw('\n');
    }
    json.close();
  }
}
