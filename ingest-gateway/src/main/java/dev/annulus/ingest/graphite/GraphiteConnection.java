package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogUnavailableException;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.wire.EncodedSeries;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, on a thread of its own. Nothing more is read until Kafka has what was read
 * before: so a sender is held back by TCP when Kafka is slow or away, and nothing read is dropped.
 */
final class GraphiteConnection {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteConnection.class);
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int IDLE_MILLIS = 600_000;

  private final Socket socket;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<EncodedSeries> known;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private boolean told;

  GraphiteConnection(
      Socket socket,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      SeriesCache<EncodedSeries> known) {
    this.socket = socket;
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
    this.known = known;
  }

  /** Reads until the other side ends; an unfinished last line is dropped, it may be cut short. */
  void serve() throws IOException, InterruptedException {
    socket.setSoTimeout(IDLE_MILLIS);
    InputStream in = socket.getInputStream();
    int length = 0;
    boolean skipping = false;
    for (int count = in.read(buffer); count >= 0; ) {
      length += count;
      int start = skipping ? afterLineFeed(length) : 0;
      skipping = skipping && start == 0;
      int end = skipping ? length : take(start, length);
      if (end == 0 && length == buffer.length) {
        refuse("a line is longer than " + buffer.length + " bytes");
        skipping = true;
        end = length;
      }
      System.arraycopy(buffer, end, buffer, 0, length - end);
      length -= end;
      count = in.read(buffer, length, buffer.length - length);
    }
  }

  private int afterLineFeed(int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private int take(int from, int to) throws InterruptedException {
    GraphiteParser parser = new GraphiteParser(intake, known, clock.instant().getEpochSecond());
    int end = parser.parse(buffer, from, to);
    writes.ignored(parser.ignored());
    Problems problems = parser.problems();
    if (!problems.isEmpty()) {
      refuse(String.valueOf(problems.told().get(0).get("detail")));
    }
    if (parser.batch().size() > 0) {
      publish(parser.batch());
    }
    return end;
  }

  /** Tries until Kafka has it. */
  private void publish(SampleBatch batch) throws InterruptedException {
    while (true) {
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

  /** Graphite has no answers: the first fault of a connection is logged, all are counted. */
  private void refuse(String problem) {
    writes.refused();
    if (!told) {
      told = true;
      LOG.atWarn()
          .addKeyValue("client", socket.getRemoteSocketAddress())
          .addKeyValue("problem", problem)
          .log("a Graphite line was refused; further ones of this connection are only counted");
    }
  }
}
