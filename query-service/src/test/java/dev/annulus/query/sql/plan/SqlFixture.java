package dev.annulus.query.sql.plan;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.promql.eval.PrometheusVersion;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.prometheus.PromqlTables;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.run.QueryResources;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingStore;
import dev.annulus.store.RingWriter;
import dev.annulus.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** An engine on a store in a directory, and short words for what tests do with it. */
public final class SqlFixture implements AutoCloseable {
  static final long NOW = 1_700_010_000;

  final RingStore store;
  final SqlEngine engine;
  private final SqlEngine unpushing;
  private final PromqlQueries promql;
  private final KeyValueEngine kv;
  private final RingWriter writer;
  private long offset;

  public SqlFixture(Path directory) {
    this(directory, SqlLimits.DEFAULT);
  }

  /** With series of different names and tags, some of them absent. */
  static SqlFixture ofThreeSeries(Path directory) {
    SqlFixture fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a", "dc", "x"), 100, 5, ts -> ts);
    fixture.gauge(2, "mem", Map.of("host", "b"), 100, 3, ts -> -ts);
    fixture.gauge(3, "bare", Map.of(), 100, 2, ts -> 1);
    return fixture;
  }

  SqlFixture(Path directory, SqlLimits limits) {
    InstantSource clock = () -> Instant.ofEpochSecond(NOW);
    kv = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    store =
        RingStore.open(
                kv,
                new StoreConfig(
                    new byte[0], StoreConfig.DEFAULT.defaultGeometry(), 900_000, 16 << 20, clock))
            .join();
    writer = store.newWriter();
    QueryResources resources = QueryResources.of(limits);
    promql = new PromqlQueries(store, resources, PrometheusVersion.V3);
    PromqlTables tables = new PromqlTables(promql);
    engine = new SqlEngine(store, resources, tables, clock, System::nanoTime);
    unpushing = new SqlEngine(store, resources, tables, clock, System::nanoTime, false);
  }

  /** An engine whose queries may take long, on a machine that is busy with other things. */
  public static SqlFixture patient(Path directory, Duration timeout) {
    return new SqlFixture(directory, SqlLimits.DEFAULT.withTimeout(timeout));
  }

  /** A result, all of it. */
  public record Result(List<String> columns, List<List<Object>> rows, SqlCursor cursor) {
    List<Object> column(int i) {
      return rows.stream().map(row -> row.get(i)).toList();
    }

    Object only() {
      return rows.get(0).get(0);
    }
  }

  public Result query(String sql) {
    return query(SqlRequest.of(sql, engine.limits()));
  }

  public Result query(SqlRequest request) {
    return all(engine.query(request, new CancelSignal()));
  }

  Result queryUncached(String sql) {
    return all(engine.queryUncached(SqlRequest.of(sql, engine.limits())));
  }

  /** The result as computed from rows, without groups in the scan. */
  Result queryUnpushed(String sql) {
    return queryUnpushed(SqlRequest.of(sql, engine.limits()));
  }

  /** The result as computed from rows, without groups in the scan. */
  public Result queryUnpushed(SqlRequest request) {
    return all(unpushing.query(request, new CancelSignal()));
  }

  /** PromQL on the same store. */
  public PromqlQueries promql() {
    return promql;
  }

  /** What each query may cost. */
  public SqlLimits limits() {
    return engine.limits();
  }

  private static Result all(SqlCursor opened) {
    try (SqlCursor cursor = opened) {
      List<List<Object>> rows = new ArrayList<>();
      while (cursor.next()) {
        rows.add(Arrays.asList(cursor.row()));
      }
      List<String> names = cursor.columns().stream().map(column -> column.name()).toList();
      return new Result(names, rows, cursor);
    }
  }

  String plan(String sql) {
    return String.join(
        "\n", query("EXPLAIN PLAN FOR " + sql).column(0).stream().map(String::valueOf).toList());
  }

  SqlException failure(String sql) {
    return failure(SqlRequest.of(sql, engine.limits()));
  }

  SqlException failure(SqlRequest request) {
    try {
      Result result = query(request);
      throw new AssertionError("succeeded with " + result.rows().size() + " rows");
    } catch (SqlException e) {
      return e;
    }
  }

  /** Writes a gauge with the id given, one sample for each second. */
  public void gauge(
      long id, String name, Map<String, String> tags, long from, int count, Value value) {
    write(id, name, MetricType.GAUGE, tags, from, count, value);
  }

  public void counter(long id, String name, long from, int count, Value value) {
    write(id, name, MetricType.COUNTER, Map.of(), from, count, value);
  }

  /** The value at a ts. */
  public interface Value {
    double at(long ts);
  }

  /** Writes samples as they are. */
  void write(SeriesSamples samples) {
    writer
        .write(List.of(new LoggedSamples(samples, 0, offset, 0, true)), Map.of(0, ++offset))
        .join();
  }

  private void write(
      long id,
      String name,
      MetricType type,
      Map<String, String> tags,
      long from,
      int count,
      Value value) {
    long[] timestamps = new long[count];
    LongUnaryOperator ts = i -> from + i;
    Arrays.setAll(timestamps, i -> Times.millis(ts.applyAsLong(i)));
    double[] values =
        Arrays.stream(timestamps).map(Times::seconds).mapToDouble(value::at).toArray();
    SeriesSpec spec = new SeriesSpec(id, SeriesKey.of(name, tags), type, null, null);
    RingWriter.Outcome outcome =
        writer
            .write(
                List.of(
                    new LoggedSamples(
                        new SeriesSamples(spec, timestamps, values), 0, offset, 0, true)),
                Map.of(0, ++offset))
            .join();
    if (outcome.written() != count) {
      throw new AssertionError(outcome.toString());
    }
  }

  @Override
  public void close() {
    store.close();
    kv.close();
  }
}
