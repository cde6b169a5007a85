package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults of one connection. The protocol has no responses, so the first fault is logged and all
 * are counted. Not thread-safe.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private final SocketAddress client;
  private final LogWrites writes;
  private boolean told;

  Refusals(SocketAddress client, LogWrites writes) {
    this.client = client;
    this.writes = writes;
  }

  /** Records the faults of a piece, if it has any. */
  void add(Problems problems) {
    if (!problems.isEmpty()) {
      add(String.valueOf(problems.told().get(0).get("detail")));
    }
  }

  /** Records a fault. */
  void add(String problem) {
    writes.refused();
    if (!told) {
      told = true;
      LOG.atWarn()
          .addKeyValue("client", client)
          .addKeyValue("problem", problem)
          .log("a Graphite sample was refused; further ones of this connection are only counted");
    }
  }
}
