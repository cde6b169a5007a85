package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one connection to the store server open, reconnecting when it breaks. Thread-safe. */
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long JOIN_MILLIS = 5_000;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final RemoteConfig config;
  private final Executor callbacks;
  private final UUID client = UUID.randomUUID();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "annulus-store-link");
  private volatile @Nullable Channel channel;
  private volatile @Nullable StoreException refusal;
  private volatile String problem = "not connected yet";

  Link(RemoteConfig config, Executor callbacks) {
    this.config = config;
    this.callbacks = callbacks;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The current connection.
   *
   * @throws RetryException while disconnected
   * @throws StoreException {@code UNUSABLE} if the server has rejected this client for good
   */
  Channel channel() {
    Channel current = channel;
    if (current != null) {
      return current;
    }
    StoreException refused = refusal;
    if (refused != null && !refused.isTransient()) {
      throw new StoreException(refused.kind(), String.valueOf(refused.getMessage()), refused);
    }
    throw RetryException.of("the store at " + address() + " does not respond: " + problem);
  }

  @Override
  public void close() {
    closed.countDown();
    Channel current = channel;
    if (current != null) {
      current.close();
    }
    thread.interrupt();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      do {
        if (connect()) {
          pause = FIRST_PAUSE_MILLIS;
        } else {
          pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
        }
      } while (!closed.await(pause, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Serves one connection until it ends; returns whether it was established. */
  private boolean connect() {
    Channel opened = null;
    try {
      opened = Channel.open(config, client, callbacks);
      refusal = null;
      channel = opened;
      if (closed.getCount() == 0) {
        opened.close();
      }
      LOG.atInfo().addKeyValue("address", address()).log("connected to the store");
      opened.run();
    } catch (StoreException e) {
      refusal = e;
      report(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      report(e.getMessage() == null ? "the server closed the connection" : e.getMessage());
    } finally {
      channel = null;
    }
    return opened != null;
  }

  private void report(String what) {
    if (closed.getCount() > 0 && !what.equals(problem)) {
      LOG.atWarn()
          .addKeyValue("address", address())
          .addKeyValue("problem", what)
          .log("no connection to the store; retrying");
    }
    problem = what;
  }

  private String address() {
    return config.host() + ":" + config.port();
  }
}
