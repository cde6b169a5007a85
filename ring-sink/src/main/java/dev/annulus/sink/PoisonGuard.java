package dev.annulus.sink;

import dev.annulus.kv.StoreException;
import dev.annulus.store.Restarts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a poison record, one that repeatedly crashes the job. A job that starts at an offset for
 * the second time takes the next records one by one and counts a try before decoding each. A record
 * that crashes it twice is set aside. Crashes at random moments do not hit the same record twice.
 * Used by one task thread; blocks on the store.
 */
final class PoisonGuard {
  private static final Logger LOG = LoggerFactory.getLogger(PoisonGuard.class);

  /** Records taken one by one. One beyond them is found after a later start. */
  private static final int CAREFUL_RECORDS = 1_000;

  private static final int MAX_TRIES = 2;
  private static final Duration ATTEMPT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Restarts restarts;

  /** By partition, remaining records to take one by one. */
  private final Map<Integer, Integer> careful = new HashMap<>();

  PoisonGuard(Restarts restarts) {
    this.restarts = restarts;
  }

  /** Whether to take the next record of a partition by itself. */
  boolean isCareful(LogRecord record) throws InterruptedException {
    Integer left = careful.get(record.partition());
    if (left == null) {
      long times =
          get(() -> restarts.begunAt(record.partition(), record.offset()), record.offset());
      left = times > 1 ? CAREFUL_RECORDS : 0;
      if (times > 1) {
        LOG.atWarn()
            .addKeyValue("partition", record.partition())
            .addKeyValue("offset", record.offset())
            .addKeyValue("attempt", times)
            .log("the job restarts at the same offset; taking the next records one by one");
      }
      careful.put(record.partition(), left);
    }
    return left > 0;
  }

  /**
   * Counts a try of a record.
   *
   * @return whether it has crashed the job too often and must not be decoded again
   */
  boolean isPoison(LogRecord record) throws InterruptedException {
    careful.merge(record.partition(), -1, Integer::sum);
    return get(() -> restarts.trying(record.partition(), record.offset()), record.offset())
        > MAX_TRIES;
  }

  /** Retries while the store is unavailable, as for every batch. */
  private static long get(Supplier<CompletableFuture<Long>> call, long offset)
      throws InterruptedException {
    while (true) {
      try {
        return call.get().get(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        warn(offset, "no response within " + ATTEMPT.toSeconds() + " s");
      } catch (ExecutionException e) {
        Throwable cause = StoreException.unwrap(e);
        if (!(cause instanceof StoreException store) || !store.isTransient()) {
          throw new IllegalStateException("the store is unusable", cause);
        }
        warn(offset, String.valueOf(cause.getMessage()));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  private static void warn(long offset, String problem) {
    LOG.atWarn()
        .addKeyValue("offset", offset)
        .addKeyValue("problem", problem)
        .log("recording a job start in the store failed; retrying");
  }
}
