package dev.annulus.benchmarks.sql;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.fdb.FoundationEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlCursor;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingStore;
import dev.annulus.store.RingWriter;
import dev.annulus.store.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Annulus: SQL on the embedded engine, or on FoundationDB. */
final class AnnulusPeer implements SqlPeer {
  private final String name;
  private final KeyValueEngine kv;
  private final RingWriter writer;
  private final SqlEngine engine;
  private long planningNanos;
  private long written;
  private long appended;

  private AnnulusPeer(String name, KeyValueEngine kv, RingStore store, RingWriter writer) {
    this.name = name;
    this.kv = kv;
    this.writer = writer;
    engine = new SqlEngine(store, SqlLimits.DEFAULT, InstantSource.system(), System::nanoTime);
  }

  /** On the embedded engine, whose writers and readers share a store. */
  static AnnulusPeer embedded(Path directory) {
    KeyValueEngine kv = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    RingStore store = RingStore.open(kv, StoreConfig.DEFAULT).join();
    return new AnnulusPeer("Annulus", kv, store, store.newWriter());
  }

  /** On a cluster, in a database of its own that is left there; the writer is another process'. */
  static AnnulusPeer onFoundation(Path clusterFile) {
    KeyValueEngine kv =
        FoundationEngine.open(clusterFile, ForkJoinPool.commonPool(), Duration.ofSeconds(20));
    String prefix = "bench-sql-" + UUID.randomUUID() + "/";
    StoreConfig config = StoreConfig.DEFAULT.withKeyPrefix(prefix.getBytes(StandardCharsets.UTF_8));
    RingWriter writer = RingStore.open(kv, config).join().newWriter();
    return new AnnulusPeer("on FDB", kv, RingStore.open(kv, config).join(), writer);
  }

  SqlEngine engine() {
    return engine;
  }

  /** Planning time of the last query. */
  long planningNanos() {
    return planningNanos;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void load(Dataset data) {
    for (int metric = 1; metric <= data.metrics(); metric++) {
      int id = metric;
      long[] ts =
          IntStream.range(0, data.samples())
              .mapToLong(i -> Times.millis(data.start() + i))
              .toArray();
      double[] values =
          IntStream.range(0, data.samples()).mapToDouble(i -> data.value(id, i)).toArray();
      write(id, data, ts, values);
    }
  }

  /** Appends a sample to the first metric. */
  void append(Dataset data) {
    long ts = data.end() + ++appended;
    write(1, data, new long[] {Times.millis(ts)}, new double[] {1});
  }

  private void write(int id, Dataset data, long[] ts, double[] values) {
    SeriesSpec spec =
        new SeriesSpec(
            (long) id,
            SeriesKey.of("cpu", Map.of("host", "host_" + id)),
            MetricType.GAUGE,
            Times.PER_SECOND,
            data.samples());
    SeriesSamples samples = new SeriesSamples(spec, ts, values);
    long offset = written++;
    writer
        .write(List.of(new LoggedSamples(samples, 0, offset, 0, true)), Map.of(0, offset + 1))
        .join();
  }

  @Override
  public String sql(Question question, Dataset data, int run) {
    long start = data.start() - run;
    String range = " AND ts BETWEEN %d AND %d".formatted(start, data.end());
    String one = " FROM samples WHERE metric_id = %d".formatted(1 + run % data.metrics()) + range;
    String all =
        " FROM samples WHERE metric_id IN (%s)"
                .formatted(
                    IntStream.rangeClosed(1, data.metrics())
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(", ")))
            + range;
    return switch (question) {
      case MINUTES_OF_ONE ->
          "SELECT ts_bucket(ts, 60) AS bucket, avg(value) AS v"
              + one
              + " GROUP BY bucket ORDER BY bucket";
      case MINUTES_OF_ALL ->
          "SELECT metric_id, ts_bucket(ts, 60) AS bucket, avg(value) AS v"
              + all
              + " GROUP BY metric_id, bucket";
      case SAMPLES_OF_ONE -> "SELECT ts, value" + one + " ORDER BY ts";
      case LARGEST_OF_ALL -> "SELECT metric_id, max(value) AS v" + all + " GROUP BY metric_id";
    };
  }

  @Override
  public Result run(String sql) {
    try (SqlCursor cursor = engine.query(SqlRequest.of(sql, engine.limits()), new CancelSignal())) {
      int last = cursor.columns().size() - 1;
      long rows = 0;
      double sum = 0;
      while (cursor.next()) {
        @Nullable Object[] row = cursor.row();
        rows++;
        sum += row[last] instanceof Number number ? number.doubleValue() : 0;
      }
      planningNanos = cursor.stats().planningNanos();
      return new Result(rows, sum);
    }
  }

  @Override
  public void close() {
    kv.close();
  }
}
