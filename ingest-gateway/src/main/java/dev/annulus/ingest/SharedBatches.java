package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets small batches share records: batches that arrive while one is in flight are gathered and
 * sent together next. A lone batch is sent immediately. A record costs producer, broker and readers
 * about as much with one sample as with fifty, and clients that post single samples send thousands
 * of them a second.
 *
 * <p>Only batches of the same token and protocol are gathered, because a record has one of each. If
 * a batch fails, those gathered behind it fail too, unsent: otherwise they would exceed the
 * time-out that their clients were promised. Thread-safe.
 */
final class SharedBatches implements SamplePublisher {
  /** A batch up to this number of samples is small. */
  static final int SMALL = 16;

  /** Batches are gathered up to this number of samples, far fewer than fit into a record. */
  static final int GATHERED = 1_024;

  private final SamplePublisher publisher;

  /** What waits behind a batch in flight, by sender; no entry if none is in flight. */
  private final Map<SampleBatch.Sender, Gathered> waiting = new HashMap<>();

  private record Gathered(SampleBatch batch, CompletableFuture<LogPosition> published) {
    Gathered(SampleBatch.Sender sender) {
      this(new SampleBatch(), new CompletableFuture<>());
      batch.sentBy(sender);
    }
  }

  /**
   * @param publisher of batches that are large, alone or gathered
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
            // Sent before the waiting requests get their responses, which takes a while.
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

  /** Takes the gathered batch; null if there is none, then the next one is sent immediately. */
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
