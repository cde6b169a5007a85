package dev.annulus.ingest.graphite;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a sender sends, and since when it is waited for. Read by one thread, asked by any. */
final class WatchedInput extends FilterInputStream {
  private static final long NOT = Long.MIN_VALUE;

  private volatile long waitingSince = NOT;

  WatchedInput(InputStream in) {
    super(in);
  }

  /**
   * How long the sender has been waited for, in nanoseconds; negative if it is not now.
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
