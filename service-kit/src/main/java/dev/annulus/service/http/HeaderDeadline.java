package dev.annulus.service.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose request header does not complete in time. Jetty's idle timeout does not
 * catch them: an occasional byte keeps a connection alive. Thread-safe.
 */
final class HeaderDeadline extends AbstractLifeCycle implements Connection.Listener {
  private final Scheduler scheduler;
  private final long nanos;
  private final Map<Connection, Progress> connections = new ConcurrentHashMap<>();

  /**
   * @param scheduler the connector's
   */
  HeaderDeadline(Scheduler scheduler, Duration limit) {
    this.scheduler = scheduler;
    this.nanos = limit.toNanos();
  }

  /**
   * The observed progress of a connection.
   *
   * @param messages complete headers received
   * @param bytes received when the last of them was answered
   * @param since when the first bytes of the next header were seen; 0 if none
   */
  private record Progress(long messages, long bytes, long since) {}

  @Override
  protected void doStart() {
    schedule();
  }

  @Override
  public void onOpened(Connection connection) {
    // With TLS there is a connection below, which counts bytes but no messages.
    if (!(connection instanceof SslConnection)) {
      connections.put(connection, new Progress(0, 0, 0));
    }
  }

  @Override
  public void onClosed(Connection connection) {
    connections.remove(connection);
  }

  private void schedule() {
    scheduler.schedule(this::look, Math.max(10, nanos / 4_000_000), TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!isRunning()) {
      return;
    }
    long now = System.nanoTime();
    connections.replaceAll((connection, before) -> look(connection, before, now));
    schedule();
  }

  private Progress look(Connection connection, Progress before, long now) {
    long messages = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    boolean answering = messages != connection.getMessagesOut();
    if (messages != before.messages() || answering || bytes == before.bytes()) {
      return new Progress(messages, bytes, 0);
    }
    if (before.since() == 0) {
      return new Progress(messages, before.bytes(), now);
    }
    if (now - before.since() > nanos) {
      connection.getEndPoint().close();
    }
    return before;
  }
}
