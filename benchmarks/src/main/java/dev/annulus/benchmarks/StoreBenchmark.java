package dev.annulus.benchmarks;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.SeriesSamples;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import dev.annulus.store.RingWriter;
import dev.annulus.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Ring upserts and ring scans on the embedded engine, without Kafka, Flink or SQL. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class StoreBenchmark {
  private static final int SLOTS = 3_600;
  private static final int BATCH = 10_000;

  /** The shape of a batch: few series with many samples each, or many series with few. */
  @Param({"100", "10000"})
  private int seriesPerBatch;

  private final Series series = new Series(10_000, 1, SLOTS);
  private Path directory = Path.of("");
  private EmbeddedEngine engine;
  private RingStore store;
  private RingWriter writer;
  private long offset;
  private long ts;

  /** Opens a store with one full ring to read. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("annulus-benchmark");
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    store = RingStore.open(engine, StoreConfig.DEFAULT).join();
    writer = store.newWriter();
    for (int from = 0; from < SLOTS; from += 100) {
      write(series.batch(0, 100, from, 100));
    }
    ts = SLOTS;
  }

  /** Deletes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    engine.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Writes a batch of 10,000 samples. */
  @Benchmark
  public RingWriter.Outcome upsert() {
    int samples = BATCH / seriesPerBatch;
    ts += samples;
    return write(series.batch(0, seriesPerBatch, ts, samples));
  }

  /** Reads a whole ring of 3,600 samples. */
  @Benchmark
  public RingSlice scan() {
    return store.rings().scan(1, 0, Long.MAX_VALUE, (slots, bytes) -> {}).join();
  }

  private RingWriter.Outcome write(List<SeriesSamples> batch) {
    List<LoggedSamples> logged = new ArrayList<>(batch.size());
    int index = 0;
    for (SeriesSamples samples : batch) {
      logged.add(new LoggedSamples(samples, 0, offset, index, true));
      index += samples.size();
    }
    offset++;
    return writer.write(logged, Map.of(0, offset)).join();
  }
}
