package dev.annulus.standalone;

import dev.annulus.broker.LogSegment;
import java.util.List;

/**
 * The sizes of a partition's segments. Bytes are assumed to be spread evenly within a segment, so
 * results are off by less than one segment.
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
   * The offset up to which the log can be deleted: a segment's first, as Kafka deletes whole
   * segments.
   *
   * @param applied every record before it is stored
   * @param keepBytes to keep before {@code applied}
   * @return an offset of at most {@code applied}; 0 to delete nothing
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
