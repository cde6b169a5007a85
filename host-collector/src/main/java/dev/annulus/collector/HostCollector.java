package dev.annulus.collector;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a host at a fixed rate and posts what it reads. Reading and sending share one daemon
 * thread, which never waits for the gateway. What the gateway does not take now is sent later, in
 * order, as far as {@link CollectorConfig#maxBacklogTicks} reaches; a stop loses it.
 *
 * <p>The counts and {@link #close} are for any thread.
 */
public final class HostCollector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostCollector.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final CollectorConfig config;
  private final HostProbe probe;
  private final InstantSource clock;
  private final ScheduledExecutorService scheduler;
  private final TickEncoder encoder;
  private final TickSender sender;
  private long lastTs = Long.MIN_VALUE;
  private boolean unreadable;

  /** A collector on the system's clock and a thread of its own. */
  public HostCollector(CollectorConfig config, HostProbe probe) {
    this(config, probe, InstantSource.system(), daemonScheduler());
  }

  /**
   * A collector on a given clock and scheduler.
   *
   * @param scheduler runs one task at a time; {@link #close} shuts it down
   */
  public HostCollector(
      CollectorConfig config,
      HostProbe probe,
      InstantSource clock,
      ScheduledExecutorService scheduler) {
    this.config = config;
    this.probe = probe;
    this.clock = clock;
    this.scheduler = scheduler;
    this.encoder = new TickEncoder(config);
    this.sender = new TickSender(config, clock, scheduler);
  }

  /**
   * Begins to tick; to be called once. The first tick comes within one interval.
   *
   * @throws RejectedExecutionException if the collector is closed
   */
  public void start() {
    long interval = config.interval().toNanos();
    scheduler.scheduleAtFixedRate(
        this::tick, untilMidInterval().toNanos(), interval, TimeUnit.NANOSECONDS);
    LOG.atInfo()
        .addKeyValue("endpoint", config.endpoint())
        .addKeyValue("host", config.host())
        .addKeyValue("interval", config.interval())
        .log("host collector started");
  }

  /** Samples the gateway has accepted. */
  public long sentSamples() {
    return sender.sentSamples();
  }

  /** Samples the gateway has refused for good. */
  public long refusedSamples() {
    return sender.refusedSamples();
  }

  /** Ticks that fell out of a full backlog; one whose gauges had been sent counts as well. */
  public long droppedTicks() {
    return sender.backlog().dropped();
  }

  /** Ticks that wait to be sent, without the one under way. */
  public int backlogTicks() {
    return sender.backlog().size();
  }

  /** The last failure, even if all went well since; null if there was none. */
  public @Nullable CollectorFailure lastError() {
    return sender.lastError();
  }

  /** Stops at once: nothing more is read or sent. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      scheduler.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.cancel();
    LOG.atInfo().addKeyValue("backlogTicks", backlogTicks()).log("host collector stopped");
  }

  private void tick() {
    long ts = clock.instant().getEpochSecond();
    // After a pause of the process the scheduler makes up for missed ticks all at once.
    if (ts == lastTs) {
      return;
    }
    lastTs = ts;
    sender.offer(read(ts));
  }

  /** An empty tick if the host cannot be read; an exception would end the fixed rate. */
  private Tick read(long ts) {
    try {
      Tick tick = encoder.encode(ts, probe.read());
      unreadable = false;
      return tick;
    } catch (RuntimeException e) {
      sender.failed("cannot read the host: " + e);
      if (!unreadable) {
        unreadable = true;
        LOG.atError().setCause(e).log("host is unreadable");
      }
      return new Tick(ts, List.of());
    }
  }

  /**
   * To the next middle between two multiples of the interval. Where interval and step agree, ticks
   * then keep half a slot from either neighbour, so a late one still falls into its own slot.
   */
  private Duration untilMidInterval() {
    long interval = config.interval().toMillis();
    long sinceMiddle = Math.floorMod(clock.instant().toEpochMilli() - interval / 2, interval);
    return Duration.ofMillis(interval - sinceMiddle);
  }

  private static ScheduledExecutorService daemonScheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "annulus-host-collector");
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }
}
