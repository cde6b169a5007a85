package dev.annulus.ingest;

import dev.annulus.service.http.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that requests take while they are read and until Kafka has their samples. It is taken
 * before objects are made, by estimates that lie rather above what they take. Thread-safe.
 */
public final class IngestMemory {
  /** Taken at once at most, so that a request meets the shared counter seldom. */
  private static final long STEP = 256 << 10;

  /** What a request may take and still be small. */
  private static final long SMALL = 256 << 10;

  /** Of the heap for requests, what is for small ones only. */
  private static final int SMALL_SHARE = 8;

  private final IngestLimits limits;
  private final AtomicLong inUse = new AtomicLong();

  public IngestMemory(IngestLimits limits, MeterRegistry metrics) {
    this.limits = limits;
    Gauge.builder("annulus.ingest.buffered.bytes", inUse, AtomicLong::get)
        .description("Estimated heap of the requests being read or waiting for Kafka")
        .register(metrics);
  }

  /** What one request takes; nothing yet. */
  public Allowance open() {
    return new Allowance();
  }

  /** What one request has taken, until it is closed. Not thread-safe, but for its end. */
  public final class Allowance implements AutoCloseable {
    private long taken;
    private long reserved;
    private boolean kept;

    /**
     * Takes more.
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

    /** Gives back what was taken and is needed no longer. */
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
      // Large ones leave a part to the small ones, which else would wait for no fault of theirs.
      long part = most / SMALL_SHARE;
      long free = taken > SMALL && inUse.get() - reserved > part ? part : 0;
      if (inUse.addAndGet(more) > most - free) {
        inUse.addAndGet(-more);
        throw Problem.unavailable(
                "overloaded",
                "The requests being read take all memory that ingest.max-buffered allows; try again in a moment.",
                Duration.ofSeconds(1))
            .toException();
      }
      reserved += more;
    }

    /**
     * Ends the request if it has more samples than it may.
     *
     * @throws dev.annulus.service.http.ProblemException 413
     */
    public void requireSamples(int samples) {
      if (samples > limits.maxSamples()) {
        throw tooMany("samples", "ingest.max-samples", limits.maxSamples());
      }
    }

    /**
     * Ends the request if it has more series than it may.
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

    /** Keeps it until that is over, and not until it is closed. */
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
