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
 * Finds the record that ends the job again and again. A job that begins at an offset for the second
 * time takes the next records one by one and notes each before it looks at it; the record at which
 * it ended twice that way is set aside. Kills at random moments do not hit one record twice. Used
 * by one task thread, which waits for the store here.
 */
final class PoisonGuard {
  private static final Logger LOG = LoggerFactory.getLogger(PoisonGuard.class);

  /** Records taken one by one. What lies further is found after a start further on. */
  private static final int CAREFUL_RECORDS = 1_000;

  private static final int MAX_TRIES = 2;
  private static final Duration ATTEMPT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Restarts restarts;

  /** By partition, records still to be taken one by one. */
  private final Map<Integer, Integer> careful = new HashMap<>();

  PoisonGuard(Restarts restarts) {
    this.restarts = restarts;
  }

  /** Whether a record, the next of its partition, is to be taken by itself. */
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
            .log("the job begins where it began before; it takes the next records one by one");
      }
      careful.put(record.partition(), left);
    }
    return left > 0;
  }

  /**
   * Notes that a record is tried by itself.
   *
   * @return whether it has ended the job too often and must not be looked at again
   */
  boolean isPoison(LogRecord record) throws InterruptedException {
    careful.merge(record.partition(), -1, Integer::sum);
    return get(() -> restarts.trying(record.partition(), record.offset()), record.offset())
        > MAX_TRIES;
  }

  /** A store that is away is waited for, as with every batch. */
  private static long get(Supplier<CompletableFuture<Long>> call, long offset)
      throws InterruptedException {
    while (true) {
      try {
        return call.get().get(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        warn(offset, "no answer within " + ATTEMPT.toSeconds() + " s");
      } catch (ExecutionException e) {
        Throwable cause = StoreException.unwrap(e);
        if (!(cause instanceof StoreException store) || !store.isTransient()) {
          throw new IllegalStateException("the store cannot be used", cause);
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
        .log("the store did not take where the job begins; trying again");
  }
}
