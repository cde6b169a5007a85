package dev.annulus.service.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Limits the open connections. At the limit, those that have waited longest for their clients are
 * closed: idle ones, and clients that neither send nor receive. A connection whose request is being
 * handled stays open; if all are, new ones wait. Thread-safe.
 */
final class ConnectionPlaces extends NetworkConnectionLimit {
  private static final long PAUSE_MILLIS = 20;

  /** A connection idle for less than this is not closed: data may still be unread. */
  private static final long GRACE_MILLIS = 500;

  /** Fraction of the limit that is freed at a time. */
  private static final int SHARE = 16;

  private final ServerConnector connector;
  private final int atOnce;
  private final Counter crowded;
  private boolean full; // guarded by this
  private boolean scheduled; // guarded by this

  ConnectionPlaces(int most, Server server, ServerConnector connector, MeterRegistry metrics) {
    super(most, server);
    this.connector = connector;
    this.atOnce = Math.max(1, most / SHARE);
    this.crowded = Waiters.cutOff("connections", "crowded", metrics);
  }

  /** Called while holding the lock of the limit. */
  @Override
  protected void limit() {
    super.limit();
    synchronized (this) {
      full = true;
      if (!scheduled) {
        scheduled = true;
        schedule(0);
      }
    }
  }

  @Override
  protected void unlimit() {
    synchronized (this) {
      full = false;
    }
    super.unlimit();
  }

  private void schedule(long millis) {
    connector.getScheduler().schedule(this::makeRoom, millis, TimeUnit.MILLISECONDS);
  }

  private void makeRoom() {
    if (!goesOn()) {
      return;
    }
    connector.getConnectedEndPoints().stream()
        .filter(AbstractEndPoint.class::isInstance)
        .map(AbstractEndPoint.class::cast)
        .filter(ConnectionPlaces::waitsForClient)
        .map(Idle::new)
        .filter(one -> one.millis >= GRACE_MILLIS)
        .sorted(Comparator.comparingLong(Idle::millis).reversed())
        .limit(atOnce)
        .forEach(
            one -> {
              crowded.increment();
              one.endPoint.close();
            });
    schedule(PAUSE_MILLIS);
  }

  private synchronized boolean goesOn() {
    scheduled = full && isRunning();
    return scheduled;
  }

  /** A snapshot of how long a connection has made no progress. */
  private record Idle(EndPoint endPoint, long millis) {
    Idle(AbstractEndPoint endPoint) {
      this(endPoint, endPoint.getIdleFor());
    }
  }

  private static boolean waitsForClient(AbstractEndPoint endPoint) {
    return endPoint.isFillInterested() || endPoint.getWriteFlusher().isPending();
  }
}
