package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Concatenates several cursors. */
final class SequenceCursor implements Cursor {
  private final List<Cursor> parts;
  private int current;

  /**
   * @param parts in iteration order, at least one; closed with this cursor
   */
  SequenceCursor(List<Cursor> parts) {
    this.parts = parts;
    skipEnded();
  }

  @Override
  public boolean isValid() {
    return part().isValid();
  }

  @Override
  public byte @Nullable [] key() {
    return part().key();
  }

  @Override
  public byte[] value() {
    return part().value();
  }

  @Override
  public void addTo(Entries.Builder entries) {
    part().addTo(entries);
  }

  @Override
  public void addValueTo(Entries.Builder entries) {
    part().addValueTo(entries);
  }

  @Override
  public void advance() {
    part().advance();
    skipEnded();
  }

  @Override
  public void check() throws RocksDBException {
    for (Cursor part : parts) {
      part.check();
    }
  }

  @Override
  public void close() {
    parts.forEach(Cursor::close);
  }

  private Cursor part() {
    return parts.get(current);
  }

  private void skipEnded() {
    while (!part().isValid() && current < parts.size() - 1) {
      current++;
    }
  }
}
