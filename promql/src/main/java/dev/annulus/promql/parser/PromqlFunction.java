package dev.annulus.promql.parser;

import static dev.annulus.promql.parser.ValueType.MATRIX;
import static dev.annulus.promql.parser.ValueType.SCALAR;
import static dev.annulus.promql.parser.ValueType.STRING;
import static dev.annulus.promql.parser.ValueType.VECTOR;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prometheus' functions with their arguments. */
public enum PromqlFunction {
  ABS(VECTOR, VECTOR),
  ABSENT(VECTOR, VECTOR),
  ABSENT_OVER_TIME(VECTOR, MATRIX),
  ACOS(VECTOR, VECTOR),
  ACOSH(VECTOR, VECTOR),
  ASIN(VECTOR, VECTOR),
  ASINH(VECTOR, VECTOR),
  ATAN(VECTOR, VECTOR),
  ATANH(VECTOR, VECTOR),
  AVG_OVER_TIME(VECTOR, MATRIX),
  CEIL(VECTOR, VECTOR),
  CHANGES(VECTOR, MATRIX),
  CLAMP(VECTOR, VECTOR, SCALAR, SCALAR),
  CLAMP_MAX(VECTOR, VECTOR, SCALAR),
  CLAMP_MIN(VECTOR, VECTOR, SCALAR),
  COS(VECTOR, VECTOR),
  COSH(VECTOR, VECTOR),
  COUNT_OVER_TIME(VECTOR, MATRIX),
  DAY_OF_MONTH(1, VECTOR, VECTOR),
  DAY_OF_WEEK(1, VECTOR, VECTOR),
  DAY_OF_YEAR(1, VECTOR, VECTOR),
  DAYS_IN_MONTH(1, VECTOR, VECTOR),
  DEG(VECTOR, VECTOR),
  DELTA(VECTOR, MATRIX),
  DERIV(VECTOR, MATRIX),
  DOUBLE_EXPONENTIAL_SMOOTHING(VECTOR, MATRIX, SCALAR, SCALAR),
  EXP(VECTOR, VECTOR),
  FIRST_OVER_TIME(VECTOR, MATRIX),
  FLOOR(VECTOR, VECTOR),
  HISTOGRAM_FRACTION(VECTOR, SCALAR, SCALAR, VECTOR),
  HISTOGRAM_QUANTILE(VECTOR, SCALAR, VECTOR),
  HOUR(1, VECTOR, VECTOR),
  IDELTA(VECTOR, MATRIX),
  INCREASE(VECTOR, MATRIX),
  IRATE(VECTOR, MATRIX),
  LABEL_JOIN(-1, VECTOR, VECTOR, STRING, STRING, STRING),
  LABEL_REPLACE(VECTOR, VECTOR, STRING, STRING, STRING, STRING),
  LAST_OVER_TIME(VECTOR, MATRIX),
  LN(VECTOR, VECTOR),
  LOG10(VECTOR, VECTOR),
  LOG2(VECTOR, VECTOR),
  MAX_OVER_TIME(VECTOR, MATRIX),
  MIN_OVER_TIME(VECTOR, MATRIX),
  MINUTE(1, VECTOR, VECTOR),
  MONTH(1, VECTOR, VECTOR),
  PI(SCALAR),
  PREDICT_LINEAR(VECTOR, MATRIX, SCALAR),
  PRESENT_OVER_TIME(VECTOR, MATRIX),
  QUANTILE_OVER_TIME(VECTOR, SCALAR, MATRIX),
  RAD(VECTOR, VECTOR),
  RATE(VECTOR, MATRIX),
  RESETS(VECTOR, MATRIX),
  ROUND(1, VECTOR, VECTOR, SCALAR),
  SCALAR_OF(SCALAR, VECTOR),
  SGN(VECTOR, VECTOR),
  SIN(VECTOR, VECTOR),
  SINH(VECTOR, VECTOR),
  SORT(VECTOR, VECTOR),
  SORT_DESC(VECTOR, VECTOR),
  SQRT(VECTOR, VECTOR),
  STDDEV_OVER_TIME(VECTOR, MATRIX),
  STDVAR_OVER_TIME(VECTOR, MATRIX),
  SUM_OVER_TIME(VECTOR, MATRIX),
  TAN(VECTOR, VECTOR),
  TANH(VECTOR, VECTOR),
  TIME(SCALAR),
  TIMESTAMP(VECTOR, VECTOR),
  VECTOR_OF(VECTOR, SCALAR),
  YEAR(1, VECTOR, VECTOR);

  private static final Map<String, PromqlFunction> BY_NAME = new HashMap<>();

  private static final Set<String> EXPERIMENTAL =
      Set.of(
          "end",
          "histogram_quantiles",
          "info",
          "mad_over_time",
          "max_of",
          "min_of",
          "range",
          "sort_by_label",
          "sort_by_label_desc",
          "start",
          "start_timestamp",
          "step",
          "ts_of_first_over_time",
          "ts_of_last_over_time",
          "ts_of_max_over_time",
          "ts_of_min_over_time");

  private static final Set<String> NATIVE_HISTOGRAM =
      Set.of(
          "histogram_avg",
          "histogram_count",
          "histogram_stddev",
          "histogram_stdvar",
          "histogram_sum");

  static {
    for (PromqlFunction function : values()) {
      BY_NAME.put(function.functionName(), function);
    }
    BY_NAME.put("holt_winters", DOUBLE_EXPONENTIAL_SMOOTHING);
  }

  private final ValueType returnType;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<ValueType> argTypes;

  private final int variadic;

  PromqlFunction(ValueType returnType, ValueType... argTypes) {
    this(0, returnType, argTypes);
  }

  /**
   * @param variadic how many more arguments of the last type than one less than {@code argTypes}
   *     there may be; -1 for any number
   */
  PromqlFunction(int variadic, ValueType returnType, ValueType... argTypes) {
    this.variadic = variadic;
    this.returnType = returnType;
    this.argTypes = List.of(argTypes);
  }

  static @Nullable PromqlFunction named(String name) {
    return BY_NAME.get(name);
  }

  /** Why {@code name}, which is none of these, is refused. */
  static String whyNot(String name) {
    if (EXPERIMENTAL.contains(name)) {
      return "function \"" + name + "\" is not supported: it is experimental in Prometheus";
    }
    if (NATIVE_HISTOGRAM.contains(name)) {
      return "function \"" + name + "\" is not supported: it is for native histograms";
    }
    return "unknown function with name \"" + name + "\"";
  }

  /** As in a query. */
  public String functionName() {
    return switch (this) {
      case SCALAR_OF -> "scalar";
      case VECTOR_OF -> "vector";
      default -> Words.lower(name());
    };
  }

  public ValueType returnType() {
    return returnType;
  }

  /** The types of its arguments; the last is that of all further ones. */
  public List<ValueType> argTypes() {
    return argTypes;
  }

  /**
   * How many more arguments than one less than {@link #argTypes} there may be; 0 if there have to
   * be exactly so many, -1 for any number.
   */
  public int variadic() {
    return variadic;
  }

  /** The type that argument {@code i} has to have. */
  ValueType argType(int i) {
    return argTypes.get(Math.min(i, argTypes.size() - 1));
  }

  int minArgs() {
    return variadic == 0 ? argTypes.size() : argTypes.size() - 1;
  }

  int maxArgs() {
    if (variadic < 0) {
      return Integer.MAX_VALUE;
    }
    return variadic == 0 ? argTypes.size() : argTypes.size() - 1 + variadic;
  }
}
