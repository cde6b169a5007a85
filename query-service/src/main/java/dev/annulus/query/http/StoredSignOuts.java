package dev.annulus.query.http;

import dev.annulus.kv.StoreException;
import dev.annulus.service.access.EndedSessions;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.SignOuts;
import dev.annulus.store.SignedOut;
import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that were signed out, which all servers on a store share: read again every second.
 * If they could not be read for ten seconds, nobody gets in by a session. Thread-safe.
 */
public final class StoredSignOuts implements Routes, EndedSessions {
  private static final Logger LOG = LoggerFactory.getLogger(StoredSignOuts.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration OLDEST = Duration.ofSeconds(10);

  private final SignOuts stored;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private volatile @Nullable Snapshot latest;

  public StoredSignOuts(SignOuts stored, InstantSource clock, LongSupplier nanoClock) {
    this.stored = stored;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /** What was stored at {@code nanos} or later. */
  private record Snapshot(Map<String, SignedOut> byToken, long nanos) {}

  /** Begins to read; ends with {@code timer}. */
  public void start(ScheduledExecutorService timer) {
    read()
        .whenComplete(
            (done, failure) -> {
              if (failure != null && !timer.isShutdown()) {
                LOG.atDebug()
                    .addKeyValue("problem", StoreException.unwrap(failure).getMessage())
                    .log("signed-out sessions could not be read");
              }
              if (!timer.isShutdown()) {
                timer.schedule(() -> start(timer), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  @Override
  public CompletableFuture<Void> end(String token, String id, long expiry) {
    return stored
        .add(token, id, expiry, clock.instant().getEpochSecond())
        .thenCompose(done -> read())
        .exceptionally(
            failure -> {
              throw unavailable().toException();
            });
  }

  @Override
  public boolean isEnded(String token, String id, long expiry) {
    Snapshot known = latest;
    if (known == null || nanoClock.getAsLong() - known.nanos() > OLDEST.toNanos()) {
      throw unavailable().toException();
    }
    SignedOut ended = known.byToken().get(token);
    return ended != null && ended.has(id, expiry);
  }

  @Override
  public Optional<EndedSessions> endedSessions() {
    return Optional.of(this);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    // The server itself has /session once it knows where sessions that were ended are kept.
  }

  private CompletableFuture<Void> read() {
    long begun = nanoClock.getAsLong();
    return stored.all().thenAccept(all -> keep(new Snapshot(all, begun)));
  }

  /** Reads may overtake each other. */
  private synchronized void keep(Snapshot read) {
    Snapshot known = latest;
    if (known == null || read.nanos() - known.nanos() > 0) {
      latest = read;
    }
  }

  private static Problem unavailable() {
    return Problem.unavailable(
        "sessions_unknown",
        "The store does not respond, so it is not known which sessions were signed out; a token"
            + " still works.",
        INTERVAL);
  }
}
