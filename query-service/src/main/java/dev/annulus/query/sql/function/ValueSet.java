package dev.annulus.query.sql.function;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.LongStream;

/** The values of an {@code IN} list. Immutable. Generated code calls the static methods. */
public abstract sealed class ValueSet {
  private ValueSet() {}

  /** A set of whole numbers. */
  public static ValueSet ofWholes(LongStream values) {
    return new Wholes(values.sorted().distinct().toArray());
  }

  /** A set of numbers. */
  public static ValueSet ofDecimals(double[] values) {
    // Adding 0.0 turns -0.0 into 0.0: equal in SQL, but not to a search.
    return new Decimals(Arrays.stream(values).map(v -> v + 0.0).sorted().distinct().toArray());
  }

  /** A set of texts. */
  public static ValueSet ofTexts(Collection<String> values) {
    return new Texts(Set.copyOf(values));
  }

  /** Whether a whole number is in a set of numbers. */
  public static boolean contains(Object set, long value) {
    return ((ValueSet) set).hasWhole(value);
  }

  /** Whether a number is in a set of numbers. */
  public static boolean contains(Object set, double value) {
    return ((ValueSet) set).hasDecimal(value);
  }

  /** Whether a text is in a set of texts. */
  public static boolean contains(Object set, String value) {
    return set instanceof Texts texts && texts.values.contains(value);
  }

  /** The whole numbers among the values. */
  public abstract LongStream wholes();

  /** The texts among the values. */
  public abstract Set<String> texts();

  abstract boolean hasWhole(long value);

  abstract boolean hasDecimal(double value);

  private static final class Wholes extends ValueSet {
    private final long[] values;

    Wholes(long[] ascending) {
      this.values = ascending;
    }

    @Override
    public LongStream wholes() {
      return Arrays.stream(values);
    }

    @Override
    public Set<String> texts() {
      return Set.of();
    }

    @Override
    boolean hasWhole(long value) {
      return Arrays.binarySearch(values, value) >= 0;
    }

    @Override
    boolean hasDecimal(double value) {
      return value == (double) (long) value && hasWhole((long) value);
    }
  }

  private static final class Decimals extends ValueSet {
    private final double[] values;

    Decimals(double[] ascending) {
      this.values = ascending;
    }

    @Override
    public LongStream wholes() {
      return Arrays.stream(values)
          .filter(value -> value == (double) (long) value)
          .mapToLong(value -> (long) value);
    }

    @Override
    public Set<String> texts() {
      return Set.of();
    }

    @Override
    boolean hasWhole(long value) {
      return hasDecimal((double) value);
    }

    @Override
    boolean hasDecimal(double value) {
      return Arrays.binarySearch(values, value + 0.0) >= 0;
    }
  }

  private static final class Texts extends ValueSet {
    private final Set<String> values;

    Texts(Set<String> values) {
      this.values = values;
    }

    @Override
    public LongStream wholes() {
      return LongStream.empty();
    }

    @Override
    public Set<String> texts() {
      return values;
    }

    @Override
    boolean hasWhole(long value) {
      return false;
    }

    @Override
    boolean hasDecimal(double value) {
      return false;
    }
  }
}
