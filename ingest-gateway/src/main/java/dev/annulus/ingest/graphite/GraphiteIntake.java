package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogUnavailableException;
import dev.annulus.ingest.LogWrites;
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

/** What Graphite's text and its pickled form have in common. Thread-safe. */
public final class GraphiteIntake {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteIntake.class);

  /** A message of nothing but small objects takes some fifty times its bytes while it is read. */
  private static final int UNPICKLED_AT_ONCE = 2;

  private static final long HINT_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<EncodedSeries> known;
  private final Semaphore unpickling = new Semaphore(UNPICKLED_AT_ONCE);
  private final AtomicLong nextHint = new AtomicLong(System.nanoTime());

  /**
   * @param rememberedSeries most series kept in memory
   */
  public GraphiteIntake(
      SeriesIntake intake, LogWrites writes, InstantSource clock, int rememberedSeries) {
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
    this.known = new SeriesCache<>(rememberedSeries);
  }

  /** Epoch seconds. */
  long now() {
    return clock.instant().getEpochSecond();
  }

  /** Bounds how many messages are in memory as objects. */
  Semaphore unpickling() {
    return unpickling;
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
   * @throws LineException if it is not UTF-8 or a tag is none
   * @throws dev.annulus.model.InvalidSampleException naming the field and the rule
   */
  EncodedSeries series(byte[] array, int from, int to) {
    long hash = SeriesCache.hash(array, from, to);
    EncodedSeries before = known.find(hash, array, from, to);
    if (before != null) {
      return before;
    }
    EncodedSeries made = read(LineBytes.text(array, from, to, "path"));
    known.put(hash, array, from, to, made);
    known.grow(1);
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
        continue; // without a value it is none
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

  /** Publishes, and tries until Kafka has it: so a sender is held back by TCP. */
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

  /** Logs what to set when a sender speaks the other form; once a minute, as it will come again. */
  void hint(Object client, String hint) {
    writes.refused();
    long now = System.nanoTime();
    long next = nextHint.get();
    if (now - next >= 0 && nextHint.compareAndSet(next, now + HINT_PAUSE_NANOS)) {
      LOG.atWarn().addKeyValue("client", client).log(hint);
    }
  }
}
