package dev.annulus.collector;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends ticks in order, one request at a time. A failed tick returns to the head of the backlog; it
 * is retried at the next tick, or after the pause requested by the gateway.
 *
 * <p>Runs on the scheduler's single thread, callbacks included; only the counts are thread-safe.
 */
final class TickSender {
  private static final Logger LOG = LoggerFactory.getLogger(TickSender.class);
  private static final int MAX_REMEMBERED_DETAILS = 100;

  private final CollectorConfig config;
  private final InstantSource clock;
  private final ScheduledExecutorService scheduler;
  private final GatewayClient gateway;
  private final Backlog backlog;
  private final Map<String, Boolean> loggedDetails = new RecentMap<>(MAX_REMEMBERED_DETAILS);
  private final AtomicLong sentSamples = new AtomicLong();
  private final AtomicLong refusedSamples = new AtomicLong();
  private volatile @Nullable CollectorFailure lastError;
  private boolean sending;
  private boolean paused;
  private boolean away;

  TickSender(CollectorConfig config, InstantSource clock, ScheduledExecutorService scheduler) {
    this.config = config;
    this.clock = clock;
    this.scheduler = scheduler;
    this.gateway = new GatewayClient(config, clock, scheduler);
    this.backlog = new Backlog(config.maxBacklogTicks());
  }

  /** Adds the newest tick, and sends the oldest unless a request or pause is pending. */
  void offer(Tick tick) {
    if (!tick.isEmpty()) {
      backlog.add(tick);
    }
    sendOldest();
  }

  /** Cancels the request in flight. Thread-safe; call after the scheduler has stopped. */
  void cancel() {
    gateway.cancel();
  }

  Backlog backlog() {
    return backlog;
  }

  long sentSamples() {
    return sentSamples.get();
  }

  long refusedSamples() {
    return refusedSamples.get();
  }

  @Nullable CollectorFailure lastError() {
    return lastError;
  }

  void failed(String reason) {
    lastError = new CollectorFailure(clock.instant(), reason);
  }

  private void sendOldest() {
    if (sending || paused) {
      return;
    }
    Tick oldest = backlog.poll();
    if (oldest != null) {
      send(oldest);
    }
  }

  private void send(Tick tick) {
    sending = true;
    gateway.post(tick.first()).thenAcceptAsync(answer -> answered(tick, answer), scheduler);
  }

  private void answered(Tick tick, PostOutcome answer) {
    sending = false;
    if (answer instanceof PostOutcome.Later later) {
      backlog.putBack(tick);
      postpone(later);
      return;
    }
    back();
    if (answer instanceof PostOutcome.Refused refused) {
      refuse(tick.first(), refused);
    } else {
      sentSamples.addAndGet(tick.first().samples());
    }
    Tick rest = tick.rest();
    if (rest.isEmpty()) {
      sendOldest();
    } else {
      send(rest);
    }
  }

  private void postpone(PostOutcome.Later later) {
    failed(later.reason());
    Duration pause = later.pause();
    if (!pause.isZero()) {
      paused = true;
      scheduler.schedule(this::resume, pause.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (!away) {
      away = true;
      LOG.atWarn()
          .addKeyValue("endpoint", config.endpoint())
          .addKeyValue("reason", later.reason())
          .log("the gateway is unavailable; keeping samples");
    }
  }

  private void resume() {
    paused = false;
    sendOldest();
  }

  private void back() {
    if (away) {
      away = false;
      LOG.atInfo()
          .addKeyValue("endpoint", config.endpoint())
          .addKeyValue("backlogTicks", backlog.size())
          .addKeyValue("droppedTicks", backlog.dropped())
          .log("the gateway accepts samples again");
    }
  }

  private void refuse(PostBody batch, PostOutcome.Refused refused) {
    refusedSamples.addAndGet(batch.samples());
    failed(refused.detail());
    if (loggedDetails.put(refused.detail(), true) == null) {
      LOG.atWarn()
          .addKeyValue("path", batch.path())
          .addKeyValue("samples", batch.samples())
          .addKeyValue("detail", refused.detail())
          .log("the gateway rejected a batch; dropping it");
    }
  }
}
