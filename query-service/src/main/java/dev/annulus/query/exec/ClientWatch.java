package dev.annulus.query.exec;

import dev.annulus.service.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the queries of clients that have gone. Looks at the system's connections only while a
 * query is older than a moment. Where the system does not tell (anything but Linux), a query whose
 * client has gone runs until it writes or meets its deadline. Thread-safe.
 */
final class ClientWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientWatch.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Supplier<List<RunningQuery>> queries;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-client-watch"));

  ClientWatch(Supplier<List<RunningQuery>> queries, InstantSource clock) {
    this.queries = queries;
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
      if (!old.isEmpty()) {
        TcpTable.read().ifPresent(table -> cancelThoseLeft(old, table));
      }
    } catch (RuntimeException e) {
      // Else the timer would end for good.
      LOG.atWarn().setCause(e).log("cannot look at the connections");
    }
  }

  private static void cancelThoseLeft(List<RunningQuery> queries, TcpTable table) {
    for (RunningQuery query : queries) {
      Optional<ClientConnection> connection = query.connection();
      if (connection.isPresent() && !table.isOpen(connection.get())) {
        query.cancel().cancel();
        LOG.atInfo()
            .addKeyValue("query_id", query.id())
            .log("query cancelled: its client has gone");
      }
    }
  }
}
