package dev.annulus.ingest;

import dev.annulus.ingest.EncodedSeriesCache.Known;
import dev.annulus.model.Metric;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.http.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses samples that declare another type than their series has, which the sink would reject
 * later. Only the stored type decides: samples accepted earlier may have been rejected, or their
 * series deleted. A type that was accepted and is not stored yet is awaited, but not for long. If
 * the type cannot be found out, for instance because the store does not respond, the samples are
 * accepted unchecked. Thread-safe.
 */
final class DeclaredTypes {
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredTypes.class);

  /** How long a type that matched is not checked again. */
  static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  /** What a look-up in the store may add to a request; the remaining series are not checked. */
  private static final Duration ANSWER = Duration.ofMillis(250);

  /** The store may answer on the caller's thread, so the time is checked between look-ups. */
  private static final int ASKED_AT_ONCE = 200;

  /** How long the store is not asked again after it has not responded. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** How long to wait for an acknowledged sample to be stored. */
  private static final Duration ARRIVAL = Duration.ofSeconds(1);

  private static final int MOST_WAITING = 4;

  /** Types of series that are accepted but not stored yet. */
  private static final long PENDING_BYTES = 128;

  private final StoredTypes stored;
  private final RememberedBytes remembered;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final ConcurrentHashMap<Series, Mention> pending = new ConcurrentHashMap<>();
  private volatile long silentUntil = System.nanoTime();

  DeclaredTypes(StoredTypes stored, RememberedBytes remembered) {
    this.stored = stored;
    this.remembered = remembered;
    remembered.addCache(() -> pending.keySet().removeIf(series -> RememberedBytes.drops()));
  }

  /** A series as a client names it, regardless of its ring. */
  private record Series(@Nullable Long metricId, @Nullable SeriesKey key) {
    static Series of(SeriesSpec spec) {
      return new Series(spec.metricId(), spec.key());
    }
  }

  /** A declared type and the time of its declaration. */
  private record Mention(MetricType type, long atNanos) {
    static Mention of(SeriesSpec said) {
      return new Mention(said.type(), System.nanoTime());
    }
  }

  /**
   * A series of a request whose type has to be checked.
   *
   * @param index of its first sample in the request
   */
  record Candidate(int index, SeriesSpec said, Known known) {}

  /**
   * Whether the type of a series has to be checked.
   *
   * @param nowNanos of {@link System#nanoTime}
   */
  boolean mustCheck(Known known, long nowNanos) {
    return stored != StoredTypes.NONE && !known.typeIsRight(nowNanos);
  }

  /**
   * Checks the series of a request before anything of it is published.
   *
   * @throws dev.annulus.service.http.ProblemException 409 for the first one of another type
   */
  void check(List<Candidate> candidates) {
    if (candidates.isEmpty() || System.nanoTime() - silentUntil < 0) {
      return;
    }
    List<Candidate> open = decide(candidates);
    if (!open.isEmpty() && waiting.tryAcquire()) {
      try {
        open = await(open);
      } finally {
        waiting.release();
      }
    }
    open.forEach(one -> pending.put(Series.of(one.said()), Mention.of(one.said())));
  }

  /** Waits until series that were accepted with another type are stored or rejected. */
  private List<Candidate> await(List<Candidate> contradictions) {
    List<Candidate> open = contradictions;
    long deadline = System.nanoTime() + ARRIVAL.toNanos();
    while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return open;
      }
      open = decide(open);
    }
    return open;
  }

  /** Refuses series that contradict the store; returns those that contradict a pending type. */
  private List<Candidate> decide(List<Candidate> candidates) {
    List<Candidate> open = new ArrayList<>();
    List<@Nullable Metric> metrics = find(candidates);
    for (int i = 0; i < metrics.size(); i++) {
      Candidate candidate = candidates.get(i);
      SeriesSpec said = candidate.said();
      Metric metric = metrics.get(i);
      if (metric == null || !isFor(said, metric)) {
        addIfContradiction(candidate, open);
        continue;
      }
      Metric after = metric.after(said.type(), said.inferred());
      if (after == null) {
        throw refusal(candidate, metric);
      }
      if (after.equals(metric)) {
        pending.remove(Series.of(said));
        candidate.known().typeIsRightUntil(System.nanoTime() + KNOWN_FOR.toNanos());
      } else {
        addIfContradiction(candidate, open);
      }
    }
    return open;
  }

  /** Remembers the declared type; if it is the first of its series, it decides. */
  private void addIfContradiction(Candidate candidate, List<Candidate> open) {
    Series series = Series.of(candidate.said());
    Mention mention = Mention.of(candidate.said());
    Mention before = pending.putIfAbsent(series, mention);
    if (before == null) {
      remembered.grow(PENDING_BYTES);
    } else if (before.atNanos() + ARRIVAL.toNanos() - mention.atNanos() < 0) {
      pending.put(series, mention); // stored since, and deleted or rejected
    } else if (before.type() != mention.type()) {
      open.add(candidate);
    }
  }

  /** Not if the sink rejects it because of its id. */
  private static boolean isFor(SeriesSpec said, Metric metric) {
    return (said.metricId() == null || said.metricId() == metric.id())
        && (said.key() == null || said.key().equals(metric.key()));
  }

  /** The metrics of the leading series, as many as the store returns in time. */
  private List<@Nullable Metric> find(List<Candidate> candidates) {
    List<@Nullable Metric> found = new ArrayList<>();
    long deadline = System.nanoTime() + ANSWER.toNanos();
    long left = ANSWER.toNanos();
    try {
      while (found.size() < candidates.size() && left > 0) {
        int to = Math.min(candidates.size(), found.size() + ASKED_AT_ONCE);
        List<Candidate> some = candidates.subList(found.size(), to);
        found.addAll(
            stored
                .find(some.stream().map(Candidate::said).toList())
                .get(left, TimeUnit.NANOSECONDS));
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      silentUntil = System.nanoTime() + PAUSE.toNanos();
      LOG.atWarn()
          .addKeyValue("problem", String.valueOf(e))
          .log(
              "cannot read the types of series from the store; until then only the sink checks"
                  + " them");
    }
    return found;
  }

  private static RuntimeException refusal(Candidate candidate, Metric metric) {
    String type = metric.type().label();
    return Problem.of(
            409,
            "type_conflict",
            "Sample %d: type: %s is a %s (metric_id %d), not a %s."
                .formatted(
                    candidate.index(),
                    metric.key(),
                    type,
                    metric.id(),
                    candidate.said().type().label()))
        .with("index", candidate.index())
        .with("field", "type")
        .with(
            "hint",
            "A series keeps its first declared type until it is deleted: post it to /ingest/"
                + type
                + ", or give it another name.")
        .toException();
  }
}
