package dev.annulus.standalone;

import dev.annulus.broker.LogSegment;
import java.util.List;

/**
 * Where the bytes of a partition's log lie. Within a segment they are taken to be spread evenly, so
 * a figure is off by less than one segment.
 *
 * @param segments by ascending offset
 * @param end offset after the last record
 */
record LogLayout(List<LogSegment> segments, long end) {

  LogLayout {
    segments = List.copyOf(segments);
  }

  /** The bytes from an offset (inclusive) to the end. */
  long bytesFrom(long offset) {
    long bytes = 0;
    for (int i = 0; i < segments.size(); i++) {
      LogSegment segment = segments.get(i);
      long base = segment.baseOffset();
      long next = next(i);
      if (offset <= base) {
        bytes += segment.bytes();
      } else if (offset < next) {
        bytes += (long) (segment.bytes() * ((double) (next - offset) / (next - base)));
      }
    }
    return bytes;
  }

  /**
   * Up to where the log can be deleted: a segment's first offset, since Kafka deletes whole ones.
   *
   * @param applied every record before it is in the store
   * @param keepBytes how much before {@code applied} is kept
   * @return an offset that is at most {@code applied}; 0 for nothing
   */
  long trimmable(long applied, long keepBytes) {
    long after = bytesFrom(applied);
    long found = 0;
    for (LogSegment segment : segments) {
      long base = segment.baseOffset();
      if (base <= applied && bytesFrom(base) - after >= keepBytes) {
        found = base;
      }
    }
    return found;
  }

  private long next(int i) {
    return i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : end;
  }
}
