package dev.annulus.ingest.otlp;

import dev.annulus.service.http.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the requests being read may take together. It is reserved before objects are
 * made, by estimates that lie rather above what they take. Thread-safe.
 */
final class MemoryBudget {
  /** Taken at once, so that small requests meet the shared counter once. */
  private static final long STEP = 256 << 10;

  private final long maxBytes;
  private final AtomicLong inUse = new AtomicLong();

  /**
   * @param maxBytes of all requests together, and so of each
   */
  MemoryBudget(long maxBytes, MeterRegistry metrics) {
    this.maxBytes = maxBytes;
    Gauge.builder("annulus.otlp.memory.bytes", inUse, AtomicLong::get)
        .description("Estimated memory of the OTLP requests being read")
        .register(metrics);
  }

  /** The memory of one request; nothing yet. */
  Reservation open() {
    return new Reservation();
  }

  /** What one request has reserved, until it is closed. Not thread-safe. */
  final class Reservation implements AutoCloseable {
    private long taken;
    private long reserved;

    /**
     * Reserves more.
     *
     * @throws dev.annulus.service.http.ProblemException 413 if the request alone is too large, 503
     *     if there is no room for it now
     */
    void take(long bytes) {
      taken += bytes;
      if (taken <= reserved) {
        return;
      }
      if (taken > maxBytes) {
        throw Problem.of(
                413,
                "request_too_large",
                "The request would take more memory than otlp.max-memory allows, %d bytes; send fewer data points at once."
                    .formatted(maxBytes))
            .toException();
      }
      long more = Math.min(Math.max(taken - reserved, STEP), maxBytes - reserved);
      if (inUse.addAndGet(more) > maxBytes) {
        inUse.addAndGet(-more);
        throw Problem.unavailable(
                "overloaded",
                "Too many OTLP requests are being read at once; try again in a moment.",
                Duration.ofSeconds(1))
            .toException();
      }
      reserved += more;
    }

    @Override
    public void close() {
      inUse.addAndGet(-reserved);
      reserved = 0;
    }
  }
}
