package dev.annulus.query.http;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlJson;
import dev.annulus.query.sql.SqlStats;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 with a header line. Null, NaN and infinities are empty; an empty text is quoted, and so
 * is whatever would be the only thing on its line and empty: readers skip blank lines.
 */
final class CsvWriter implements ResultWriter {
  /** What a spreadsheet takes for the beginning of a formula. */
  private static final String FORMULA = "=+-@\t\r\n＝＋－＠";

  private final Writer out;
  private final boolean safe;

  /**
   * @param safe whether texts that begin as formulas do get an apostrophe before them
   */
  CsvWriter(OutputStream out, boolean safe) {
    this.safe = safe;
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 16 << 10);
  }

  @Override
  public void begin(String queryId, List<SqlColumn> columns) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      separate(i);
      text(columns.get(i).name());
    }
    out.write("\r\n");
  }

  @Override
  public void row(@Nullable Object[] values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      separate(i);
      Object value = values[i];
      if (value != null && !(value instanceof Double number && !Double.isFinite(number))) {
        value(value);
      } else if (values.length == 1) {
        text("");
      }
    }
    out.write("\r\n");
  }

  @Override
  public void end(SqlStats stats, boolean truncated) throws IOException {
    out.flush();
  }

  private void separate(int column) throws IOException {
    if (column > 0) {
      out.write(',');
    }
  }

  private void value(Object value) throws IOException {
    if (value instanceof String text) {
      text(text);
    } else if (value instanceof Map<?, ?> map) {
      text(SqlJson.text(map));
    } else {
      out.write(value.toString());
    }
  }

  private void text(String plain) throws IOException {
    boolean formula = safe && !plain.isEmpty() && FORMULA.indexOf(plain.charAt(0)) >= 0;
    String text = formula ? "'" + plain : plain;
    boolean quoted =
        text.isEmpty()
            || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    out.write(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
  }
}
