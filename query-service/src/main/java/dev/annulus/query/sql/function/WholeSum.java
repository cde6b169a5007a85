package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.jspecify.annotations.Nullable;

/** Adds whole numbers up in 128 bits, so that nothing overflows on the way. Not thread-safe. */
public abstract class WholeSum {
  private long high;
  private long low;
  private long count;

  /** Takes a row; the value is never null. */
  public final void add(long value) {
    long sum = low + value;
    high += (value >> 63) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    low = sum;
    count++;
  }

  final long exact() {
    if (high != low >> 63) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE,
          "sum(x): the sum is beyond BIGINT",
          null,
          "sum(CAST(x AS DOUBLE)) has no such bound",
          null);
    }
    return low;
  }

  final double mean() {
    return high == low >> 63
        ? (double) low / count
        : (high * 0x1p64 + (low >>> 1) * 2.0 + (low & 1)) / count;
  }

  /** Their sum. */
  public static final class Sum extends WholeSum {
    /** What the rows amount to; there is at least one. */
    public Long result() {
      return exact();
    }
  }

  /** Their mean. */
  public static final class Mean extends WholeSum {
    /** What the rows amount to; there is at least one. */
    public @Nullable Double result() {
      return mean();
    }
  }
}
