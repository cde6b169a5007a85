package dev.annulus.query.sql.window;

import dev.annulus.query.sql.window.WindowSpec.Exclusion;

/** The rows of the frame of one row after another. */
final class FrameRows {
  private final Partition rows;
  private final Exclusion exclusion;
  private final FrameFinder frames;
  private int row;
  private int start;
  private int end;

  FrameRows(Partition rows, Exclusion exclusion, FrameFinder frames) {
    this.rows = rows;
    this.exclusion = exclusion;
    this.frames = frames;
  }

  void moveTo(int newRow) {
    row = newRow;
    start = frames.start(newRow);
    end = frames.end(newRow);
  }

  /** The first row. */
  int start() {
    return start;
  }

  /** The last row; before the first if there are none. */
  int end() {
    return end;
  }

  /** Whether a row between the first and the last is part of the frame. */
  boolean holds(int i) {
    boolean peer = i >= rows.firstPeer(row) && i <= rows.lastPeer(row);
    return switch (exclusion) {
      case NOTHING -> true;
      case CURRENT_ROW -> i != row;
      case GROUP -> !peer;
      case TIES -> i == row || !peer;
    };
  }
}
