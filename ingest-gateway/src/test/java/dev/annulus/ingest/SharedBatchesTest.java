package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.EncodedSeries;
import dev.annulus.wire.LogPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What shares a record, and what becomes of it. */
class SharedBatchesTest {
  private final List<Sent> sent = new ArrayList<>();
  private final SharedBatches batches =
      new SharedBatches(
          batch -> {
            Sent now = new Sent(batch, new CompletableFuture<>());
            sent.add(now);
            return now.published;
          });

  /** A batch on its way to Kafka. */
  private record Sent(SampleBatch batch, CompletableFuture<LogPosition> published) {
    void acknowledge(long offset) {
      published.complete(new LogPosition(new TreeMap<>(Map.of(0, offset))));
    }
  }

  @Test
  void whatComesWhileOneIsOnItsWayGoesNextAndTogether() {
    CompletableFuture<LogPosition> first = batches.publish(batch("", "a", 1));
    CompletableFuture<LogPosition> second = batches.publish(batch("", "b", 2));
    CompletableFuture<LogPosition> third = batches.publish(batch("", "a", 3));
    assertThat(sizes()).containsExactly(1);

    sent.get(0).acknowledge(7);
    assertThat(first.join().token()).isEqualTo("0-7");
    assertThat(second).isNotDone();
    assertThat(sizes()).containsExactly(1, 5);
    assertThat(samples(sent.get(1).batch))
        .containsExactly("a@0=0.0", "a@1=1.0", "a@2=2.0", "b@0=0.0", "b@1=1.0");

    sent.get(1).acknowledge(8);
    assertThat(second.join().token()).isEqualTo("0-8");
    assertThat(third.join().token()).isEqualTo("0-8");

    batches.publish(batch("", "c", 1));
    assertThat(sizes()).as("one that comes alone goes at once").containsExactly(1, 5, 1);
  }

  @Test
  void tokensDoNotShare() {
    batches.publish(batch("one", "a", 1));
    batches.publish(batch("one", "a", 2));
    batches.publish(batch("two", "a", 3));
    assertThat(sizes()).containsExactly(1, 3);
    sent.get(0).acknowledge(1);
    assertThat(sizes()).containsExactly(1, 3, 2);
    assertThat(sent.get(2).batch.sender().token()).isEqualTo("one");
  }

  @Test
  void largeBatchesAndThoseBeyondTheLimitGoByThemselves() {
    batches.publish(batch("", "a", 1));
    batches.publish(batch("", "a", SharedBatches.SMALL + 1));
    assertThat(sizes()).containsExactly(1, SharedBatches.SMALL + 1);
    int fit = SharedBatches.GATHERED / SharedBatches.SMALL;
    for (int i = 0; i < fit + 2; i++) {
      batches.publish(batch("", "a", SharedBatches.SMALL));
    }
    assertThat(sizes())
        .containsExactly(1, SharedBatches.SMALL + 1, SharedBatches.SMALL, SharedBatches.SMALL);
  }

  @Test
  void whatWaitedBehindAFailureFailsUnsentAndTheNextIsTried() {
    CompletableFuture<LogPosition> first = batches.publish(batch("", "a", 1));
    CompletableFuture<LogPosition> second = batches.publish(batch("", "b", 1));
    LogUnavailableException away =
        new LogUnavailableException("kafka_unavailable", "away", Duration.ofSeconds(1), null);
    sent.get(0).published.completeExceptionally(away);
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(sizes()).containsExactly(1);

    CompletableFuture<LogPosition> third = batches.publish(batch("", "c", 1));
    assertThat(sizes()).containsExactly(1, 1);
    sent.get(1).acknowledge(1);
    assertThat(third.join().token()).isEqualTo("0-1");
  }

  private List<Integer> sizes() {
    return sent.stream().map(now -> now.batch.size()).toList();
  }

  private static SampleBatch batch(String token, String name, int samples) {
    SampleBatch batch = new SampleBatch();
    batch.sentBy(new SampleBatch.Sender(token, "json"));
    for (int i = 0; i < samples; i++) {
      batch.add(EncodedSeries.of(SeriesSpec.of(SeriesKey.of(name), MetricType.GAUGE)), i, i);
    }
    return batch;
  }

  private static List<String> samples(SampleBatch batch) {
    List<String> found = new ArrayList<>();
    batch.forEachSeries(
        (series, timestamps, values, from, to) -> {
          for (int i = from; i < to; i++) {
            found.add(
                new String(series.recordKey(), StandardCharsets.UTF_8)
                    + "@"
                    + timestamps[i]
                    + "="
                    + values[i]);
          }
        });
    found.sort(null);
    return found;
  }
}
