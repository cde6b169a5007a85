package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;

/** What is worked out while slots pass by, against the same from all samples at once. */
class RingWalkTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final RingGeometry geometry =
      RingGeometry.ofSeconds(1 + random.nextInt(3), 1 + random.nextInt(12));
  private final SortedMap<Integer, long[]> slots = new TreeMap<>();

  /** Writes with gaps over some laps: the newest ts of a slot stays. */
  private void fill() {
    long ts = random.nextInt(100_000);
    for (int i = random.nextInt(60); i > 0; i--) {
      ts += random.nextLong(2 * geometry.stepMillis() * Math.max(2, geometry.slots() / 2));
      slots.put(geometry.slot(ts), new long[] {ts, random.nextInt(10)});
    }
  }

  @RepeatedTest(500)
  void fillIsThatOfTheNewestLap() {
    fill();
    RingFill fill = new RingFill(geometry);
    fill.sample(7, 7);
    fill.begin();
    slots.values().forEach(sample -> fill.sample(sample[0], sample[1]));
    List<Long> all = slots.values().stream().map(sample -> sample[0]).sorted().toList();
    Long newest = all.isEmpty() ? null : all.get(all.size() - 1);
    List<Long> kept =
        newest == null
            ? List.of()
            : all.stream().filter(ts -> ts >= geometry.oldestKept(newest)).toList();
    assertThat(fill.samples()).as("seed %d", seed).isEqualTo(kept.size());
    assertThat(fill.newestMillis()).as("seed %d", seed).isEqualTo(newest);
    assertThat(fill.oldestMillis())
        .as("seed %d", seed)
        .isEqualTo(kept.isEmpty() ? null : kept.get(0));
  }

  @RepeatedTest(500)
  void bucketsAreThoseOfAllSamplesByTime() throws Exception {
    fill();
    MetricType type = random.nextBoolean() ? MetricType.GAUGE : MetricType.COUNTER;
    long seconds = 1 + random.nextInt(20);
    SeriesBuckets buckets = new SeriesBuckets(type, seconds, 1_000);
    buckets.sample(7, 7);
    buckets.begin();
    slots.values().forEach(sample -> buckets.sample(sample[0], sample[1]));
    JsonNode rows = new ObjectMapper().valueToTree(buckets.rows());
    SortedMap<Long, List<Long>> expected = new TreeMap<>();
    slots
        .values()
        .forEach(
            sample ->
                expected
                    .computeIfAbsent(
                        Times.seconds(sample[0]) / seconds * seconds, any -> new ArrayList<>())
                    .add(sample[1]));
    assertThat(rows).as("seed %d", seed).hasSize(expected.size());
    Double previous = null;
    long before = 0;
    int i = 0;
    for (var bucket : expected.entrySet()) {
      double average = bucket.getValue().stream().mapToLong(v -> v).average().orElseThrow();
      double max = bucket.getValue().stream().mapToLong(v -> v).max().orElseThrow();
      Double value =
          type == MetricType.GAUGE
              ? Double.valueOf(average)
              : previous == null || max < previous
                  ? null
                  : (max - previous) / (bucket.getKey() - before);
      JsonNode row = rows.get(i++);
      assertThat(row.get("bucket").asLong()).as("seed %d", seed).isEqualTo(bucket.getKey());
      assertThat(row.get("value").isNull() ? null : row.get("value").asDouble())
          .as("seed %d", seed)
          .isEqualTo(value);
      previous = max;
      before = bucket.getKey();
    }
  }

  @RepeatedTest(3)
  void manyBucketsAreKeptApart() {
    SeriesBuckets buckets = new SeriesBuckets(MetricType.GAUGE, 60, 100_000);
    for (int i = 99_999; i >= 0; i--) {
      buckets.sample(60_000L * i, i);
      buckets.sample(60_000L * i + 1_500, i + 1);
    }
    JsonNode rows = new ObjectMapper().valueToTree(buckets.rows());
    assertThat(rows).hasSize(100_000);
    assertThat(rows.get(70_000).toString()).isEqualTo("{\"bucket\":4200000,\"value\":70000.5}");
  }
}
