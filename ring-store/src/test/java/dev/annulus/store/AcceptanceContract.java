package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.wire.RejectReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Whatever the rules accept, the store takes; and what becomes of the types that senders claim. */
interface AcceptanceContract extends StoreContract {

  /**
   * Random names, tags and numbers of Unicode up to and beyond every limit: what obeys the rules is
   * stored and read back, in the same batch as all others.
   */
  @Test
  default void whateverTheRulesAcceptTheStoreTakes() {
    long seed = ThreadLocalRandom.current().nextLong();
    RandomSamples random = new RandomSamples(seed);
    SampleRules rules = SampleRules.DEFAULT;
    List<LoggedSamples> batch = new ArrayList<>();
    Map<SeriesKey, Sample> expected = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      Sample sample = random.sample();
      try {
        rules.checkSeries(sample.series());
        rules.checkTimestamp(sample.tsMillis(), Times.millis(RandomSamples.NOW));
        rules.checkValue(sample.series(), sample.value());
      } catch (InvalidSampleException e) {
        continue;
      }
      if (expected.putIfAbsent(sample.series().keyOrDefault(), sample) == null) {
        batch.add(new LoggedSamples(SeriesSamples.of(sample), 0, i, 0, true));
      }
    }
    RingWriter.Outcome outcome = fixture().store.newWriter().write(batch, Map.of(0, 300L)).join();
    assertThat(outcome.rejected()).as("seed %d", seed).isEmpty();
    assertThat(outcome.written()).as("seed %d", seed).isEqualTo(expected.size()).isGreaterThan(50);
    expected.forEach(
        (key, sample) -> {
          Metric metric = fixture().store.registry().find(key).join().orElseThrow();
          // An increment of -0.0 leaves a counter at 0.0.
          double read = sample.series().delta() ? 0.0 + sample.value() : sample.value();
          assertThat(fixture().bits(metric.id(), 0, Long.MAX_VALUE))
              .as("seed %d, id %d", seed, metric.id())
              .isEqualTo(kept(sample.tsMillis(), read));
          assertThat(fixture().store.registry().delete(metric.id(), new LogOffsets(300)).join())
              .isTrue();
        });
  }

  @Test
  default void whatTheStoreRefusesForGoodIsRejectedByItself() {
    String text = "€".repeat(170);
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 23; i++) {
      tags.put("k" + i, text);
    }
    SeriesSpec tooLarge = gauge("p", tags);
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      SeriesSpec spec = i == 4 ? tooLarge : gauge("m" + i, Map.of());
      batch.add(new LoggedSamples(samples(spec, 1, i), 0, i, 0, true));
    }
    RingWriter writer = fixture().store.newWriter();
    RingWriter.Outcome outcome = writer.write(batch, Map.of(0, 9L)).join();
    assertThat(outcome.written()).isEqualTo(8);
    assertThat(outcome.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(RejectReason.STORE_REFUSED);
              assertThat(rejected.samples().offset()).isEqualTo(4);
              assertThat(rejected.detail()).contains("10");
            });
    assertThat(fixture().ring("m8")).isEqualTo(Map.of(1L, 8.0));
    assertThat(fixture().store.positions().read().join()).containsEntry(0, 9L);
  }

  @Test
  default void manyOfTheLongestSeriesAreCreatedInOneBatch() {
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      Map<String, String> tags = new HashMap<>();
      for (int tag = 0; tag < 4; tag++) {
        tags.put("k" + tag, "x".repeat(2_000));
      }
      tags.put("n", Integer.toString(i));
      batch.add(new LoggedSamples(samples(gauge("long", tags), 1, i), 0, i, 0, true));
    }
    RingWriter.Outcome outcome = fixture().store.newWriter().write(batch, Map.of()).join();
    assertThat(outcome.rejected()).isEmpty();
    assertThat(outcome.written()).isEqualTo(150);
  }

  @Test
  default void anInferredTypeNeverCostsASample() {
    SeriesSpec unknown = gauge("c", Map.of()).asInferred();
    fixture().write(unknown, 1, 10, 2, 20);
    fixture().write(counter("c").asInferred(), 3, 25, 4, 40);
    fixture().write(unknown, 5, 50);
    assertThat(fixture().ring("c"))
        .isEqualTo(Map.of(1L, 10.0, 2L, 20.0, 3L, 25.0, 4L, 40.0, 5L, 50.0));
    assertThat(typeOf("c")).isEqualTo(MetricType.COUNTER);
    assertThat(fixture().counterState("c")).isEqualTo(state(4, 0, 15, 40));
  }

  @Test
  default void aDeclaredTypeHoldsAgainstInferredOnesAndIsRefusedToTheContrary() {
    fixture().write(gauge("g", Map.of()), 1, 1);
    fixture().write(counter("g").asInferred(), 2, 2);
    assertThat(fixture().ring("g")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
    assertThat(typeOf("g")).isEqualTo(MetricType.GAUGE);
    assertThat(refusalsOf(counter("g"), 3, 3)).containsExactly(RejectReason.TYPE_CONFLICT);

    fixture().write(gauge("h", Map.of()).asInferred(), 1, 1);
    fixture().write(gauge("h", Map.of()), 2, 2); // now it is declared
    fixture().write(counter("h").asInferred(), 3, 3);
    assertThat(typeOf("h")).isEqualTo(MetricType.GAUGE);
    assertThat(refusalsOf(counter("h"), 4, 4)).containsExactly(RejectReason.TYPE_CONFLICT);
    assertThat(fixture().ring("h")).hasSize(3);

    fixture().write(gauge("i", Map.of()).asInferred(), 1, 1);
    fixture().write(counter("i"), 2, 2);
    assertThat(typeOf("i")).isEqualTo(MetricType.COUNTER);
    assertThat(refusalsOf(gauge("i", Map.of()), 3, 3)).containsExactly(RejectReason.TYPE_CONFLICT);
  }

  /** Random claims, batches and replays: the stored type and state are the log's alone. */
  @Test
  default void typesDoNotDependOnWhereBatchesEndAndReplaysBegin() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    List<SeriesSpec> claims =
        List.of(
            gauge("a", Map.of()).asInferred(),
            counter("a").asInferred(),
            gauge("a", Map.of()),
            counter("a"));
    List<SeriesSamples> log = new ArrayList<>();
    for (int offset = 0; offset < 12; offset++) {
      int claim = random.nextInt(offset < 4 ? 2 : 4);
      log.add(samples(claims.get(claim), offset, 100 + random.nextInt(50)));
    }
    List<LoggedSamples> once = new ArrayList<>();
    for (int offset = 0; offset < log.size(); offset++) {
      once.add(new LoggedSamples(renamed(log.get(offset), "b"), 0, offset, 0, true));
    }
    fixture().store.newWriter().write(once, Map.of()).join();
    int committed = 0;
    while (committed < log.size()) {
      RingWriter writer = fixture().store.newWriter();
      int next = Math.max(0, committed - random.nextInt(6));
      while (next < log.size() && random.nextInt(4) != 0) {
        List<LoggedSamples> batch = new ArrayList<>();
        for (int end = Math.min(log.size(), next + 1 + random.nextInt(3)); next < end; next++) {
          batch.add(new LoggedSamples(log.get(next), 0, next, 0, true));
        }
        writer.write(batch, Map.of()).join();
        committed = Math.max(committed, next);
      }
    }
    assertThat(typeOf("a")).as("seed %d", seed).isEqualTo(typeOf("b"));
    assertThat(fixture().ring("a")).as("seed %d", seed).isEqualTo(fixture().ring("b"));
    assertThat(stateOf("a")).as("seed %d", seed).isEqualTo(stateOf("b"));
  }

  private static SeriesSamples renamed(SeriesSamples samples, String name) {
    SeriesSpec spec = samples.series();
    return new SeriesSamples(
        new SeriesSpec(
            null, SeriesKey.of(name), spec.type(), null, null, spec.temporality(), spec.inferred()),
        samples.timestamps(),
        samples.values());
  }

  private List<RejectReason> refusalsOf(SeriesSpec spec, double... tsAndValues) {
    return fixture().write(spec, tsAndValues).rejected().stream()
        .map(RingWriter.Rejected::reason)
        .toList();
  }
}
