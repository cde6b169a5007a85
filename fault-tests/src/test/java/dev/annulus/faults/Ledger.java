package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Every acknowledged sample, and what the rings must therefore hold. Thread-safe. */
final class Ledger {
  private final Map<String, Series> series = new ConcurrentHashMap<>();
  private final Map<String, Long> written = new ConcurrentHashMap<>();
  private final AtomicLong samples = new AtomicLong();

  /** What was acknowledged of one series, which has one writer and no gaps. */
  static final class Series {
    final String name;
    final int slots;
    final boolean counter;
    private final TreeMap<Long, Double> ring = new TreeMap<>();
    private double increase;
    private long resets;
    private double last = Double.NaN;

    Series(String name, int slots, boolean counter) {
      this.name = name;
      this.slots = slots;
      this.counter = counter;
    }

    private synchronized void add(long ts, double value) {
      ring.put(ts, value);
      if (ring.size() > slots) {
        ring.pollFirstEntry();
      }
      if (!Double.isNaN(last)) {
        increase += value >= last ? value - last : value;
        resets += value >= last ? 0 : 1;
      }
      last = value;
    }

    private synchronized void verify(Api api) throws IOException {
      assertThat(api.samples(name)).as("ring of %s", name).isEqualTo(ring);
      if (counter) {
        JsonNode state = api.metric(name).get("counter");
        assertThat(state.get("increase").asDouble()).as("increase of %s", name).isEqualTo(increase);
        assertThat(state.get("resets").asLong()).as("resets of %s", name).isEqualTo(resets);
      }
    }
  }

  Series series(String name, int slots, boolean counter) {
    return series.computeIfAbsent(name, n -> new Series(n, slots, counter));
  }

  /** A sample was acknowledged; those of one series in order of time. */
  void acknowledged(Series of, long ts, double value) {
    of.add(ts, value);
    samples.incrementAndGet();
  }

  /** Where in the log a write ended, such as {@code 0-1201_3-88}. */
  void token(String token) {
    for (String position : token.split("_", -1)) {
      String[] parts = position.split("-", 2);
      written.merge(parts[0], Long.parseLong(parts[1]), Math::max);
    }
  }

  /** Where in the log everything acknowledged so far ends. */
  String token() {
    return written.entrySet().stream()
        .map(position -> position.getKey() + "-" + position.getValue())
        .collect(Collectors.joining("_"));
  }

  /** How many samples were acknowledged. */
  long size() {
    return samples.get();
  }

  /** Fails unless every ring and every counter is exactly as the acknowledged samples make it. */
  void verify(Api api) throws IOException {
    api.awaitVisible(token());
    for (Series one : series.values()) {
      one.verify(api);
    }
    System.out.printf("ledger: %d samples of %d series agree%n", size(), series.size());
  }
}
