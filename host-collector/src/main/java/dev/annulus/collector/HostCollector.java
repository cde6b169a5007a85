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
 * Reads a host at a fixed rate and posts the readings. Reading and sending share one daemon thread,
 * which never waits for the gateway. Unaccepted ticks are sent later, in order, up to {@link
 * CollectorConfig#maxBacklogTicks}; stopping loses them.
 *
 * <p>Counts and {@link #close} are thread-safe.
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

  /** A collector with the system clock and its own thread. */
  public HostCollector(CollectorConfig config, HostProbe probe) {
    this(config, probe, InstantSource.system(), daemonScheduler());
  }

  /**
   * A collector with a given clock and scheduler.
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
   * Starts ticking; call once. The first tick is within one interval.
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

  /** Samples accepted by the gateway. */
  public long sentSamples() {
    return sender.sentSamples();
  }

  /** Samples rejected by the gateway for good. */
  public long refusedSamples() {
    return sender.refusedSamples();
  }

  /** Ticks dropped from a full backlog, including partially sent ones. */
  public long droppedTicks() {
    return sender.backlog().dropped();
  }

  /** Unsent ticks, without the one in flight. */
  public int backlogTicks() {
    return sender.backlog().size();
  }

  /** The last failure, even after a recovery; null if there was none. */
  public @Nullable CollectorFailure lastError() {
    return sender.lastError();
  }

  /** Stops immediately: nothing more is read or sent. */
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
    // After a process pause, the scheduler runs all missed ticks at once.
    if (ts == lastTs) {
      return;
    }
    lastTs = ts;
    sender.offer(read(ts));
  }

  /** Reads the host; an empty tick on failure, since an exception would stop the schedule. */
  private Tick read(long ts) {
    try {
      Tick tick = encoder.encode(ts, probe.read());
      unreadable = false;
      return tick;
    } catch (RuntimeException e) {
      sender.failed("reading the host failed: " + e);
      if (!unreadable) {
        unreadable = true;
        LOG.atError().setCause(e).log("reading the host failed");
      }
      return new Tick(ts, List.of());
    }
  }

  /**
   * The time until the next midpoint between two multiples of the interval. If interval and step
   * agree, ticks fall into the middle of a slot, so a late one still hits its own slot.
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
