package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * A series as the store has it.
 *
 * @param samples values by epoch second
 */
record StoredSeries(
    String name, TreeMap<String, String> tags, Type type, TreeMap<Long, Double> samples) {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What is known of its values. */
  enum Type {
    GAUGE,
    COUNTER
  }

  static StoredSeries gauge(String name, Map<String, String> tags, Map<Long, Double> samples) {
    return new StoredSeries(name, new TreeMap<>(tags), Type.GAUGE, new TreeMap<>(samples));
  }

  static StoredSeries counter(String name, Map<String, String> tags, Map<Long, Double> samples) {
    return new StoredSeries(name, new TreeMap<>(tags), Type.COUNTER, new TreeMap<>(samples));
  }

  /** The value of the newest sample. */
  double newest() {
    return samples.lastEntry().getValue();
  }

  /** The only one of a list with this name and these of its tags. */
  static StoredSeries only(List<StoredSeries> all, String name, Map<String, String> tags) {
    List<StoredSeries> found =
        all.stream()
            .filter(s -> s.name.equals(name) && s.tags.entrySet().containsAll(tags.entrySet()))
            .toList();
    if (found.size() != 1) {
      throw new NoSuchElementException(
          "there should be one %s %s, is %s among %s".formatted(name, tags, found, all));
    }
    return found.get(0);
  }

  /** Waits until exactly these series are stored. */
  static void await(Callable<List<StoredSeries>> stored, StoredSeries... wanted) {
    await(() -> assertThat(stored.call()).containsExactlyInAnyOrder(wanted));
  }

  /** Waits until an assertion holds. */
  static void await(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .untilAsserted(assertion);
  }

  /** Says that all samples are of the time between two, cut to seconds. */
  void assertWithin(long fromSecond, long toSecond) {
    assertThat(samples).isNotEmpty();
    assertThat(samples.firstKey()).as(name).isBetween(fromSecond, toSecond);
    assertThat(samples.lastKey()).as(name).isBetween(fromSecond, toSecond);
  }
}
