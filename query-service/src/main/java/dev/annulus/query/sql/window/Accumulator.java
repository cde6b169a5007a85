package dev.annulus.query.sql.window;

import dev.annulus.query.sql.function.Deviation;
import dev.annulus.query.sql.function.SampleState;
import dev.annulus.query.sql.function.WholeSum;
import dev.annulus.query.sql.window.WindowSpec.Call;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Adds rows up. */
interface Accumulator {

  /** Takes the arguments of a row; none is null. */
  void add(@Nullable Object[] arguments);

  /** What the rows so far amount to. */
  @Nullable Object result();

  /** One that knows no rows. */
  static Accumulator of(Call call) {
    if (call.sample() != null) {
      return new OfSamples(call.sample().newState());
    }
    boolean whole = call.type() != SqlTypeName.DOUBLE;
    return switch (call.kind()) {
      case COUNT -> new Count();
      case SUM -> whole ? new WholeSumOf(null) : new RealSumOf(null);
      case SUM0 -> whole ? new WholeSumOf(0L) : new RealSumOf(0.0);
      case AVG -> new OfSamples(new Deviation.Mean());
      case MIN -> new Extreme(-1);
      case MAX -> new Extreme(1);
      default -> new Extreme(0);
    };
  }

  /** Counts. */
  final class Count implements Accumulator {
    private long count;

    @Override
    public void add(@Nullable Object[] arguments) {
      count++;
    }

    @Override
    public Long result() {
      return count;
    }
  }

  /** A sum of whole numbers; {@code ofNothing} is that of no rows. */
  final class WholeSumOf implements Accumulator {
    private final WholeSum.Sum sum = new WholeSum.Sum();
    private final @Nullable Long ofNothing;
    private boolean isAny;

    WholeSumOf(@Nullable Long ofNothing) {
      this.ofNothing = ofNothing;
    }

    @Override
    public void add(@Nullable Object[] arguments) {
      if (arguments[0] instanceof Number number) {
        sum.add(number.longValue());
        isAny = true;
      }
    }

    @Override
    public @Nullable Long result() {
      return isAny ? sum.result() : ofNothing;
    }
  }

  /** A sum of numbers; {@code ofNothing} is that of no rows. */
  final class RealSumOf implements Accumulator {
    private final @Nullable Double ofNothing;
    private double sum;
    private boolean isAny;

    RealSumOf(@Nullable Double ofNothing) {
      this.ofNothing = ofNothing;
    }

    @Override
    public void add(@Nullable Object[] arguments) {
      if (arguments[0] instanceof Number number) {
        sum += number.doubleValue();
        isAny = true;
      }
    }

    @Override
    public @Nullable Double result() {
      return isAny ? (Double) sum : ofNothing;
    }
  }

  /** The least or largest value, or the first. */
  final class Extreme implements Accumulator {
    private final int sign;
    private @Nullable Object extreme;

    /** 1 for the largest, -1 for the least, 0 for the first. */
    Extreme(int sign) {
      this.sign = sign;
    }

    @Override
    public void add(@Nullable Object[] arguments) {
      Object value = arguments[0];
      Object known = extreme;
      if (known == null || (value != null && sign * Values.compare(value, known) > 0)) {
        extreme = value;
      }
    }

    @Override
    public @Nullable Object result() {
      return extreme;
    }
  }

  /** What an aggregate of numbers remembers. */
  final class OfSamples implements Accumulator {
    private final SampleState state;
    private boolean isAny;

    OfSamples(SampleState state) {
      this.state = state;
    }

    @Override
    public void add(@Nullable Object[] arguments) {
      if (arguments[0] instanceof Number value) {
        double other =
            arguments.length > 1 && arguments[1] instanceof Number second
                ? second.doubleValue()
                : 0;
        state.add(value.doubleValue(), other);
        isAny = true;
      }
    }

    @Override
    public @Nullable Double result() {
      return isAny ? state.result() : null;
    }
  }
}
