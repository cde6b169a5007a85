package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets small batches share records: what comes while one is on its way is gathered and goes next,
 * together. A batch that comes alone goes at once. A record costs the producer, the broker and its
 * readers about as much with one sample as with fifty, and clients that post single samples send
 * thousands of them a second.
 *
 * <p>Only batches of one token and protocol are gathered, as a record names one of each. What
 * waited behind a batch that failed fails with it, unsent: otherwise it would wait for Kafka once
 * more than its clients were told. Thread-safe.
 */
final class SharedBatches implements SamplePublisher {
  /** Samples up to which a batch is small. */
  static final int SMALL = 16;

  /** Samples up to which batches are gathered; far fewer than fit a record. */
  static final int GATHERED = 1_024;

  private final SamplePublisher publisher;

  /** What waits behind a batch under way, by sender; none under way, none here. */
  private final Map<SampleBatch.Sender, Gathered> waiting = new HashMap<>();

  private record Gathered(SampleBatch batch, CompletableFuture<LogPosition> published) {
    Gathered(SampleBatch.Sender sender) {
      this(new SampleBatch(), new CompletableFuture<>());
      batch.sentBy(sender);
    }
  }

  /**
   * @param publisher of batches that are large, or come alone, or are gathered
   */
  SharedBatches(SamplePublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public CompletableFuture<LogPosition> publish(SampleBatch batch) {
    if (batch.size() > SMALL) {
      return publisher.publish(batch);
    }
    CompletableFuture<LogPosition> published;
    synchronized (waiting) {
      Gathered gathered = waiting.get(batch.sender());
      if (gathered != null) {
        if (gathered.batch.size() + batch.size() > GATHERED) {
          return publisher.publish(batch);
        }
        gathered.batch.addAll(batch);
        return gathered.published;
      }
      waiting.put(batch.sender(), new Gathered(batch.sender()));
      published = new CompletableFuture<>();
    }
    send(batch, published);
    return published;
  }

  private void send(SampleBatch batch, CompletableFuture<LogPosition> published) {
    CompletableFuture<LogPosition> sent;
    try {
      sent = publisher.publish(batch);
    } catch (RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    sent.whenComplete(
        (position, failure) -> {
          Gathered next = next(batch.sender(), failure == null);
          if (failure == null) {
            // Goes before those who waited for this one are answered, which takes a while.
            if (next != null) {
              send(next.batch, next.published);
            }
            published.complete(position);
          } else {
            published.completeExceptionally(failure);
            if (next != null) {
              next.published.completeExceptionally(failure);
            }
          }
        });
  }

  /** What was gathered; null if nothing. From then on others gather, or the next goes at once. */
  private @Nullable Gathered next(SampleBatch.Sender sender, boolean more) {
    synchronized (waiting) {
      Gathered gathered = waiting.remove(sender);
      if (gathered == null || gathered.batch.size() == 0) {
        return null;
      }
      if (more) {
        waiting.put(sender, new Gathered(sender));
      }
      return gathered;
    }
  }
}
