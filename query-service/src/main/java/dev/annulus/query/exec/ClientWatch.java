package dev.annulus.query.exec;

import dev.annulus.service.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the queries of clients that have gone: those whose connection the system lists as closed
 * by the client, or does not list in {@value #MISSES} looks in a row, since a list that changes
 * while it is read may miss an entry. Looks at the system's connections only while a query is older
 * than a moment. Where the system does not tell (anything but Linux), a query whose client has gone
 * runs until it writes or meets its deadline. Thread-safe.
 */
final class ClientWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientWatch.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  static final int MISSES = 3;

  private final Supplier<List<RunningQuery>> queries;
  private final Supplier<Optional<Connections>> connections;
  private final Map<RunningQuery, Integer> misses = new HashMap<>(); // of the timer's thread
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-client-watch"));

  ClientWatch(
      Supplier<List<RunningQuery>> queries,
      Supplier<Optional<Connections>> connections,
      InstantSource clock) {
    this.queries = queries;
    this.connections = connections;
    this.clock = clock;
    timer.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    try {
      Instant started = clock.instant().minus(LOOK);
      List<RunningQuery> old =
          queries.get().stream().filter(query -> query.since().isBefore(started)).toList();
      misses.keySet().retainAll(old);
      if (!old.isEmpty()) {
        connections.get().ifPresent(now -> cancelThoseLeft(old, now));
      }
    } catch (RuntimeException e) {
      // Else the timer would end for good.
      LOG.atWarn().setCause(e).log("cannot look at the connections");
    }
  }

  private void cancelThoseLeft(List<RunningQuery> queries, Connections now) {
    for (RunningQuery query : queries) {
      if (query.connection().map(connection -> hasLeft(query, now.of(connection))).orElse(false)) {
        query.cancel().cancel();
        LOG.atInfo()
            .addKeyValue("query_id", query.id())
            .log("query cancelled: its client has gone");
      }
    }
  }

  private boolean hasLeft(RunningQuery query, Connections.State state) {
    return switch (state) {
      case OPEN -> {
        misses.remove(query);
        yield false;
      }
      case LEFT -> true;
      case MISSING -> misses.merge(query, 1, Integer::sum) >= MISSES;
    };
  }
}
