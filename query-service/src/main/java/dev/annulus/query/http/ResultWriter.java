package dev.annulus.query.http;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlStats;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one result in one format. Used by one thread; closes nothing. */
interface ResultWriter {

  /** Starts the result. Called once, first. */
  void begin(String queryId, List<SqlColumn> columns) throws IOException;

  /** Whether it keeps all rows until the end. */
  default boolean keepsRows() {
    return false;
  }

  /** Writes one row, a value for each column. */
  void row(@Nullable Object[] values) throws IOException;

  /**
   * Ends the result. Called once, last.
   *
   * @param truncated whether rows were cut off
   */
  void end(SqlStats stats, boolean truncated) throws IOException;
}
