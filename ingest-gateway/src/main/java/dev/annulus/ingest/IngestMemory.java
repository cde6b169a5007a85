package dev.annulus.ingest;

import dev.annulus.service.http.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accounts for the heap of requests from reading until Kafka has their samples. Memory is reserved
 * before objects are allocated, by estimates on the high side. Thread-safe.
 */
public final class IngestMemory {
  /** Reserved at a time, so that a request seldom touches the shared counter. */
  private static final long STEP = 256 << 10;

  /** Up to this a request counts as small. */
  private static final long SMALL = 256 << 10;

  /** Fraction of the budget that only small requests may use. */
  private static final int SMALL_SHARE = 8;

  private final IngestLimits limits;
  private final AtomicLong inUse = new AtomicLong();

  public IngestMemory(IngestLimits limits, MeterRegistry metrics) {
    this.limits = limits;
    Gauge.builder("annulus.ingest.buffered.bytes", inUse, AtomicLong::get)
        .description("Estimated heap of the requests being read or waiting for Kafka")
        .register(metrics);
  }

  /** A new allowance for one request. */
  public Allowance open() {
    return new Allowance();
  }

  /** What one request has reserved, until closed. Not thread-safe except for {@link #close}. */
  public final class Allowance implements AutoCloseable {
    private long taken;
    private long reserved;
    private boolean kept;

    /**
     * Reserves more.
     *
     * @throws dev.annulus.service.http.ProblemException 413 if the request alone is too large, 503
     *     if there is no room for it now
     */
    public void take(long bytes) {
      taken += bytes;
      if (taken > reserved) {
        reserve();
      }
    }

    /** Releases part of the reservation. */
    public void giveBack(long bytes) {
      taken -= bytes;
    }

    private void reserve() {
      long most = limits.maxBuffered();
      if (taken > most) {
        throw Problem.of(
                413,
                "request_too_large",
                "The request would take more memory than ingest.max-buffered allows, %d bytes; send less at once."
                    .formatted(most))
            .toException();
      }
      long more = Math.min(taken - reserved + Math.min(taken, STEP), most - reserved);
      // Large requests leave a part to small ones, which would otherwise be refused because of
      // them.
      long part = most / SMALL_SHARE;
      long free = taken > SMALL && inUse.get() - reserved > part ? part : 0;
      if (inUse.addAndGet(more) > most - free) {
        inUse.addAndGet(-more);
        throw Problem.unavailable(
                "overloaded",
                "The requests being read take all memory that ingest.max-buffered allows; try again"
                    + " in a moment.",
                Duration.ofSeconds(1))
            .toException();
      }
      reserved += more;
    }

    /**
     * Refuses the request if it has too many samples.
     *
     * @throws dev.annulus.service.http.ProblemException 413
     */
    public void requireSamples(int samples) {
      if (samples > limits.maxSamples()) {
        throw tooMany("samples", "ingest.max-samples", limits.maxSamples());
      }
    }

    /**
     * Refuses the request if it has too many series.
     *
     * @throws dev.annulus.service.http.ProblemException 413
     */
    public void requireSeries(int series) {
      if (series > limits.maxSeries()) {
        throw tooMany("series", "ingest.max-series", limits.maxSeries());
      }
    }

    private static RuntimeException tooMany(String what, String setting, int most) {
      return Problem.of(
              413,
              "too_many_" + what,
              "A request may hold at most %d %s (%s); send less at once."
                  .formatted(most, what, setting))
          .toException();
    }

    /** Holds the reservation until the future completes instead of until {@link #close}. */
    void keepUntil(CompletableFuture<?> end) {
      kept = true;
      inUse.addAndGet(taken - reserved);
      reserved = taken;
      end.whenComplete((result, failure) -> release());
    }

    @Override
    public void close() {
      if (!kept) {
        release();
      }
    }

    private void release() {
      inUse.addAndGet(-reserved);
      reserved = 0;
    }
  }
}
