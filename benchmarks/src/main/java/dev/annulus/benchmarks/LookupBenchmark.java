package dev.annulus.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Ways for a writer to find the metric of each sample of a batch, in the order of the batch before:
 * the entry linked to the one before, a hash map, and Caffeine, bounded by weight.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LookupBenchmark {
  private static final int SERIES = 150_000;

  private final SeriesSpec[] specs = new SeriesSpec[SERIES];
  private final Map<SeriesSpec, Entry> map = new HashMap<>();
  private final Cache<SeriesSpec, Entry> cache =
      Caffeine.newBuilder()
          .maximumWeight(1L << 40)
          .weigher((SeriesSpec spec, Entry entry) -> 1_000)
          .executor(Runnable::run)
          .build();

  private static final class Entry {
    private final SeriesSpec spec;
    private @Nullable Entry next;

    Entry(SeriesSpec spec) {
      this.spec = spec;
    }
  }

  /** Fills all three. */
  @Setup(Level.Trial)
  public void fill() {
    Entry before = null;
    for (int i = 0; i < SERIES; i++) {
      Map<String, String> tags = Map.of("host", "host_" + i, "region", "eu", "rack", "r" + i % 90);
      specs[i] = SeriesSpec.of(SeriesKey.of("cpu_usage_user", tags), MetricType.GAUGE);
      Entry entry = new Entry(specs[i]);
      map.put(specs[i], entry);
      cache.put(specs[i], entry);
      if (before != null) {
        before.next = entry;
      }
      before = entry;
    }
  }

  /** Follows links; nanoseconds per series. */
  @Benchmark
  @OperationsPerInvocation(SERIES)
  @SuppressWarnings("ReferenceEquality") // as in the writer's cache
  public void linked(Blackhole blackhole) {
    Entry entry = map.get(specs[0]);
    for (SeriesSpec spec : specs) {
      if (entry == null || entry.spec != spec) {
        throw new IllegalStateException("out of order");
      }
      blackhole.consume(entry);
      entry = entry.next;
    }
  }

  /** Looks up in a hash map; nanoseconds per series. */
  @Benchmark
  @OperationsPerInvocation(SERIES)
  public void hashMap(Blackhole blackhole) {
    for (SeriesSpec spec : specs) {
      blackhole.consume(map.get(spec));
    }
  }

  /** Looks up in a cache of Caffeine; nanoseconds per series. */
  @Benchmark
  @OperationsPerInvocation(SERIES)
  public void caffeine(Blackhole blackhole) {
    for (SeriesSpec spec : specs) {
      blackhole.consume(cache.getIfPresent(spec));
    }
  }
}
