package dev.annulus.ingest.graphite;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An input stream that knows how long its reader has been waiting. Read by one thread, inspected by
 * any.
 */
final class WatchedInput extends FilterInputStream {
  private static final long NOT = Long.MIN_VALUE;

  private volatile long waitingSince = NOT;

  WatchedInput(InputStream in) {
    super(in);
  }

  /**
   * How long the reader has been waiting, in nanoseconds; negative if it is not waiting.
   *
   * @param now by {@link System#nanoTime}
   */
  long waiting(long now) {
    long since = waitingSince;
    return since == NOT ? -1 : now - since;
  }

  @Override
  public int read() throws IOException {
    waitingSince = System.nanoTime();
    try {
      return super.read();
    } finally {
      waitingSince = NOT;
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    waitingSince = System.nanoTime();
    try {
      return super.read(target, offset, length);
    } finally {
      waitingSince = NOT;
    }
  }
}
