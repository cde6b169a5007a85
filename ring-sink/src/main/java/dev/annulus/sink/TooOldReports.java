package dev.annulus.sink;

import dev.annulus.store.RingWriter.TooOld;
import dev.annulus.wire.RejectReason;
import dev.annulus.wire.RejectedRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reports samples that were older than a lap of their ring, or of future samples of their series:
 * at most one record per source and minute, regardless of their number. Not thread-safe.
 */
final class TooOldReports {
  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final RejectReason reason;
  private final String topic;
  private final LongSupplier nanoClock;
  private final Map<String, TooOld> waiting = new HashMap<>();
  private final Map<String, Long> reportedAt = new HashMap<>();

  /**
   * @param reason {@code TOO_OLD} or {@code OVERTAKEN}
   */
  TooOldReports(RejectReason reason, String topic, LongSupplier nanoClock) {
    this.reason = reason;
    this.topic = topic;
    this.nanoClock = nanoClock;
  }

  void add(String source, TooOld samples) {
    waiting.merge(source, samples, TooOld::and);
  }

  /** Publishes the reports that are due. */
  void drainTo(Consumer<RejectedRecord> reports) {
    long now = nanoClock.getAsLong();
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              Long last = reportedAt.get(entry.getKey());
              if (last != null && now - last < EVERY_NANOS) {
                return false;
              }
              reportedAt.put(entry.getKey(), now);
              reports.accept(report(entry.getKey(), entry.getValue()));
              return true;
            });
  }

  private RejectedRecord report(String source, TooOld old) {
    String detail = reason == RejectReason.OVERTAKEN ? overtaken(source, old) : tooOld(source, old);
    return new RejectedRecord(reason.label(), detail, topic, -1, -1, old.samples(), new byte[0]);
  }

  private static String tooOld(String source, TooOld old) {
    return "%d samples by %s were older than a lap of their ring, such as one of %s that was %d s old"
            .formatted(old.samples(), source, old.example(), old.ageSeconds())
        + " in a ring of %d s; they are lost when newer samples take their slots"
            .formatted(old.lapSeconds());
  }

  private static String overtaken(String source, TooOld old) {
    return "%d samples by %s were older than a lap before future samples of their series, such as one of %s,"
            .formatted(old.samples(), source, old.example())
        + " which has samples %d s in the future and a ring of %d s: a clock was set back, or a sender's is ahead"
            .formatted(old.ageSeconds(), old.lapSeconds());
  }
}
