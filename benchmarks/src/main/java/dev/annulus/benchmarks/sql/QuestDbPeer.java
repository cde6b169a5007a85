package dev.annulus.benchmarks.sql;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.DefaultCairoConfiguration;
import io.questdb.cairo.TableWriter;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.sql.Record;
import io.questdb.cairo.sql.RecordCursor;
import io.questdb.cairo.sql.RecordCursorFactory;
import io.questdb.griffin.SqlException;
import io.questdb.griffin.SqlExecutionContextImpl;
import java.nio.file.Path;

/** QuestDB's engine: an indexed symbol per metric, rows by time, SAMPLE BY. */
final class QuestDbPeer implements SqlPeer {
  private static final long MICROS = 1_000_000;

  private final CairoEngine engine;
  private final SqlExecutionContextImpl context;

  QuestDbPeer(Path directory) {
    engine = new CairoEngine(new Quiet(directory.toString()));
    context = new SqlExecutionContextImpl(engine, 1);
    context.with(AllowAllSecurityContext.INSTANCE, null);
  }

  /** Default settings without query logging. */
  private static final class Quiet extends DefaultCairoConfiguration {
    Quiet(String root) {
      super(root);
    }

    @Override
    public boolean getLogSqlQueryProgressExe() {
      return false;
    }
  }

  @Override
  public String name() {
    return "QuestDB";
  }

  @Override
  public void load(Dataset data) throws SqlException {
    engine.execute(
        "CREATE TABLE samples (metric_id SYMBOL INDEX, ts TIMESTAMP, value DOUBLE) TIMESTAMP(ts)"
            + " PARTITION BY DAY BYPASS WAL",
        context);
    try (TableWriter writer = engine.getWriter(engine.verifyTableName("samples"), "load")) {
      for (int i = 0; i < data.samples(); i++) {
        for (int metric = 1; metric <= data.metrics(); metric++) {
          TableWriter.Row row = writer.newRow((data.start() + i) * MICROS);
          row.putSym(0, String.valueOf(metric));
          row.putDouble(2, data.value(metric, i));
          row.append();
        }
      }
      writer.commit();
    }
  }

  @Override
  public String sql(Question question, Dataset data, int run) {
    String range =
        " ts BETWEEN %d AND %d".formatted((data.start() - run) * MICROS, data.end() * MICROS);
    String one =
        " FROM samples WHERE metric_id = '%d' AND".formatted(1 + run % data.metrics()) + range;
    String all = " FROM samples WHERE" + range;
    return switch (question) {
      case MINUTES_OF_ONE -> "SELECT ts, avg(value) AS v" + one + " SAMPLE BY 1m";
      case MINUTES_OF_ALL -> "SELECT metric_id, ts, avg(value) AS v" + all + " SAMPLE BY 1m";
      case SAMPLES_OF_ONE -> "SELECT ts, value" + one + " ORDER BY ts";
      case LARGEST_OF_ALL -> "SELECT metric_id, max(value) AS v" + all + " GROUP BY metric_id";
    };
  }

  @Override
  public Result run(String sql) throws SqlException {
    try (RecordCursorFactory factory = engine.select(sql, context);
        RecordCursor cursor = factory.getCursor(context)) {
      int last = factory.getMetadata().getColumnCount() - 1;
      Record row = cursor.getRecord();
      long rows = 0;
      double sum = 0;
      while (cursor.hasNext()) {
        sum += row.getDouble(last);
        rows++;
      }
      return new Result(rows, sum);
    }
  }

  @Override
  public void close() {
    context.close();
    engine.close();
  }
}
