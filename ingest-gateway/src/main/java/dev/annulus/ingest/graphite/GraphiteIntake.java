package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogUnavailableException;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.text.LineBytes;
import dev.annulus.ingest.text.LineException;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Graphite's plain-text and pickle protocols share. Thread-safe. */
public final class GraphiteIntake {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteIntake.class);

  /** Bytes of heap for each byte read, until Kafka has its samples. */
  private static final int OBJECT_FACTOR = 64;

  private static final int KILOBYTE = 1 << 10;

  private static final long HINT_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<EncodedSeries> known;
  private final int kilobytes;
  private final Semaphore freeKilobytes;
  private final AtomicLong nextHint = new AtomicLong(System.nanoTime());

  /**
   * @param remembered bounds the series kept in memory
   * @param maxBuffered bytes of heap for samples that were read and that Kafka does not have yet
   */
  public GraphiteIntake(
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      RememberedBytes remembered,
      long maxBuffered) {
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
    this.known = new SeriesCache<>(remembered);
    this.kilobytes = (int) Math.min(Integer.MAX_VALUE, maxBuffered / KILOBYTE);
    this.freeKilobytes = new Semaphore(kilobytes);
  }

  /** Epoch milliseconds. */
  long nowMillis() {
    return clock.millis();
  }

  /**
   * Waits until the heap for these bytes is available; TCP backpressures the sender meanwhile.
   *
   * @return to be passed to {@link #release}
   */
  int acquire(int bytes) throws InterruptedException {
    int needed = (int) Math.min(kilobytes, 1 + (long) OBJECT_FACTOR * bytes / KILOBYTE);
    freeKilobytes.acquire(needed);
    return needed;
  }

  void release(int acquired) {
    freeKilobytes.release(acquired);
  }

  SampleRules rules() {
    return intake.rules();
  }

  LogWrites writes() {
    return writes;
  }

  /**
   * The series of a path, {@code name[;tag=value…]}.
   *
   * @throws LineException if it is not UTF-8 or a tag is malformed
   * @throws dev.annulus.model.InvalidSampleException naming the field and the rule
   */
  EncodedSeries series(byte[] array, int from, int to) {
    long hash = SeriesCache.hash(array, from, to);
    EncodedSeries before = known.find(hash, array, from, to);
    if (before != null) {
      return before;
    }
    EncodedSeries made = read(LineBytes.text(array, from, to, "path"));
    known.put(hash, array, from, to, made, made.heapBytes());
    return made;
  }

  private EncodedSeries read(String path) {
    int end = endOfPart(path, 0);
    String name = path.substring(0, end);
    List<Tag> tags = new ArrayList<>();
    while (end < path.length()) {
      int start = end + 1;
      end = endOfPart(path, start);
      int equals = path.indexOf('=', start);
      if (equals <= start || equals >= end) {
        throw new LineException("a tag must be KEY=VALUE");
      }
      if (equals == end - 1) {
        continue; // a tag without a value is no tag
      }
      if (tags.size() == rules().maxTags()) {
        throw new LineException(
            "tags: at most %d are allowed (ingest.max-tags)".formatted(rules().maxTags()));
      }
      tags.add(new Tag(path.substring(start, equals), path.substring(equals + 1, end)));
    }
    return intake.series(name, tags, MetricType.GAUGE);
  }

  private static int endOfPart(String path, int from) {
    int semicolon = path.indexOf(';', from);
    return semicolon < 0 ? path.length() : semicolon;
  }

  /** Publishes and retries until Kafka has the batch; TCP backpressures the sender meanwhile. */
  void publish(SampleBatch batch) throws InterruptedException {
    while (batch.size() > 0) {
      try {
        writes.publish(batch).get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof LogUnavailableException away)) {
          throw new IllegalStateException("samples cannot be published", e.getCause());
        }
        TimeUnit.MILLISECONDS.sleep(away.retryAfter().toMillis());
      }
    }
  }

  /**
   * Logs which setting to change if a sender uses the other protocol, at most once a minute because
   * senders reconnect.
   */
  void hint(Object client, String hint) {
    writes.refused();
    long now = System.nanoTime();
    long next = nextHint.get();
    if (now - next >= 0 && nextHint.compareAndSet(next, now + HINT_PAUSE_NANOS)) {
      LOG.atWarn().addKeyValue("client", client).log(hint);
    }
  }
}
