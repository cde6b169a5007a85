package dev.annulus.query.sql.window;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.jspecify.annotations.Nullable;

/** Ranks without gaps. */
final class Ranks implements PartitionFunction {
  private final Partition rows;
  private long rank;

  Ranks(Partition rows) {
    this.rows = rows;
  }

  @Override
  public Long value(int row) {
    if (rows.firstPeer(row) == row) {
      rank++;
    }
    return rank;
  }

  /** Which of some tiles a row is in, from 1: the first ones have a row more than the last. */
  static @Nullable Long tile(@Nullable Object count, int row, int rows) {
    if (!(count instanceof Number number)) {
      return null;
    }
    long tiles = number.longValue();
    if (tiles < 1) {
      throw new SqlException(SqlErrorCode.INVALID_VALUE, "ntile(n): n must be at least 1");
    }
    long small = rows / tiles;
    long large = rows % tiles;
    long inLarge = large * (small + 1);
    return 1 + (row < inLarge ? row / (small + 1) : large + (row - inLarge) / small);
  }
}
