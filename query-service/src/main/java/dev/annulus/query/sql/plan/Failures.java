package dev.annulus.query.sql.plan;

import dev.annulus.kv.StoreException;
import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import dev.annulus.query.sql.function.FunctionCatalog;
import dev.annulus.query.sql.function.SampleState.InvalidFractionException;
import dev.annulus.query.sql.run.StoreTable;
import dev.annulus.query.sql.syntax.Skeleton;
import dev.annulus.service.config.NearestName;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.codehaus.commons.compiler.InternalCompilerException;
import org.jspecify.annotations.Nullable;

/** Sorts what planning and running throw into the failures of the contract. */
final class Failures {
  /** What the JVM says of a generated class; Calcite calls all of them by this name. */
  private static final String BROKEN_CONSTANTS = "Could not initialize class Baz";

  private static final Pattern COLUMN = Pattern.compile("Column '([^']*)' not found.*");
  private static final Pattern TABLE = Pattern.compile("(?:Table|Object) '([^']*)' not found.*");
  private static final Pattern FUNCTION =
      Pattern.compile("No match found for function signature ([^(]*)\\(.*");

  /** By the methods that compute them. */
  private static final Map<String, String> OPERATIONS =
      Map.of(
          "roundedWhole", "round",
          "checkedPlus", "a + b",
          "checkedMinus", "a - b",
          "checkedMultiply", "a * b",
          "checkedDivide", "a / b",
          "checkedUnaryMinus", "-a",
          "integerCast", "CAST",
          "shiftTs", "shift_ts",
          "alignTime", "ts_bucket, align_time");

  /** What is no function to whoever writes it, such as ARRAY[…] or SIMILAR TO. */
  private static final Pattern CONSTRUCT =
      Pattern.compile("No match found for function signature ([^(]+)");

  private static final Pattern TIME =
      Pattern.compile("Invalid (DATE|TIME|TIMESTAMP) value, ('.*')", Pattern.DOTALL);
  private static final Pattern TIME_LITERAL =
      Pattern.compile("Illegal (DATE|TIME|TIMESTAMP) literal ('.*?'):.*", Pattern.DOTALL);

  /** What it quotes is not what the query says. */
  private static final Pattern FAR_LITERAL = Pattern.compile("Date literal .* out of range");

  private static final Pattern UNTYPED_NULL =
      Pattern.compile("Unable to implement .*(null:NULL|\\{ null).*", Pattern.DOTALL);
  private static final Pattern TIMES =
      Pattern.compile(
          "(Cannot apply|Cast function cannot|mixing of types|Type mismatch|compatible type)"
              + ".*(TIMESTAMP|DATE|INTERVAL|EXTRACT)");
  private static final String TIMES_HINT =
      "a number is not a time: to_timestamp(ts) makes a timestamp of epoch seconds,"
          + " unix_seconds(timestamp) epoch seconds of a timestamp";
  private static final Pattern NOISE =
      Pattern.compile("^From line \\d+, .*? line \\d+, column \\d+: ");

  private final FunctionCatalog functions;

  Failures(FunctionCatalog functions) {
    this.functions = functions;
  }

  /**
   * What the caller is to throw. Failures of the store and of the engine's parts stay as they are.
   */
  RuntimeException translate(Throwable failure) {
    if (failure instanceof SqlException || failure instanceof StoreException) {
      return (RuntimeException) failure;
    }
    if (failure instanceof StackOverflowError) {
      return new SqlException(SqlErrorCode.TOO_COMPLEX, "the query is nested too deep");
    }
    if (find(failure, OutOfMemoryError.class) != null) {
      return new SqlException(
          SqlErrorCode.TOO_MUCH_MEMORY,
          "the query needs more memory than there is (%s)".formatted(MemoryLimits.QUERY),
          null,
          null,
          failure);
    }
    InternalCompilerException compiler = find(failure, InternalCompilerException.class);
    if (compiler != null && innermost(compiler).contains("64 KB")) {
      return new SqlException(
          SqlErrorCode.TOO_COMPLEX,
          "the query needs more code than can be compiled",
          null,
          "ask for fewer things at once, or nest fewer sub-queries",
          failure);
    }
    SqlException nested = find(failure, SqlException.class);
    if (nested != null) {
      return nested;
    }
    StoreException store = find(failure, StoreException.class);
    if (store != null) {
      return store;
    }
    CalciteContextException invalid = find(failure, CalciteContextException.class);
    if (invalid != null) {
      return ofContext(invalid);
    }
    ArithmeticException number = find(failure, ArithmeticException.class);
    if (number != null || isOfConstant(failure)) {
      return new SqlException(
          SqlErrorCode.INVALID_VALUE,
          number == null ? "a number does not fit its type" : ofNumber(number),
          null,
          null,
          failure);
    }
    NumberFormatException format = find(failure, NumberFormatException.class);
    if (format != null) {
      boolean ofDouble = isOfDouble(format);
      return new SqlException(
          SqlErrorCode.INVALID_VALUE,
          ofDouble
              ? "NaN and infinities are neither whole numbers nor decimals"
              : "a text is not a number",
          null,
          ofDouble
              ? "leave them out: CASE WHEN x BETWEEN -1e18 AND 1e18 THEN CAST(x AS BIGINT) END"
              : "a time is written as TIMESTAMP '2024-01-31 10:00:00'",
          failure);
    }
    if (hasMessage(failure, "more than one value in agg SINGLE_VALUE")) {
      return new SqlException(
          SqlErrorCode.INVALID_VALUE, "a sub-query that stands for one value gives several rows");
    }
    Matcher time = find(failure, IllegalArgumentException.class, TIME);
    if (time != null) {
      return notTime(time, null, failure);
    }
    IllegalArgumentException argument = find(failure, IllegalArgumentException.class);
    if (argument != null && isOfFunction(argument)) {
      return new SqlException(
          SqlErrorCode.INVALID_VALUE, clean(argument.getMessage()), null, null, failure);
    }
    InvalidFractionException fraction = find(failure, InvalidFractionException.class);
    if (fraction != null) {
      return new SqlException(SqlErrorCode.INVALID_VALUE, String.valueOf(fraction.getMessage()));
    }
    if (find(failure, UnsupportedOperationException.class) != null) {
      return new SqlException(
          SqlErrorCode.UNSUPPORTED,
          "the query combines functions and clauses in a way that is not supported",
          null,
          null,
          failure);
    }
    if (find(failure, IllegalStateException.class, UNTYPED_NULL) != null) {
      return new SqlException(
          SqlErrorCode.INVALID_QUERY,
          "a null without a type is computed with",
          null,
          "give it one: CAST(NULL AS DOUBLE)",
          failure);
    }
    CalciteException plain = find(failure, CalciteException.class);
    return plain != null
        ? new SqlException(
            SqlErrorCode.INVALID_QUERY, clean(plain.getMessage()), null, null, failure)
        : new SqlException(
            SqlErrorCode.INTERNAL, "the query could not be answered", null, null, failure);
  }

  /** A text in the place of a time: its type and the text are groups of {@code found}. */
  private static SqlException notTime(Matcher found, @Nullable Position position, Throwable cause) {
    String type = found.group(1).toLowerCase(Locale.ROOT);
    return new SqlException(
        SqlErrorCode.INVALID_VALUE,
        "%s is not a %s".formatted(found.group(2), type),
        position,
        null,
        cause);
  }

  /** Whether a function refuses its arguments. */
  private static boolean isOfFunction(IllegalArgumentException failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length > 0
        && (trace[0].getClassName().equals("org.apache.calcite.runtime.SqlFunctions")
            || trace[0].getClassName().equals("org.apache.calcite.avatica.util.DateTimeUtils"));
  }

  /** What went wrong with a number; which operation it was, the code that failed tells. */
  /** A constant of a plan could not be computed; the class that has it says so each time. */
  private static boolean isOfConstant(Throwable failure) {
    return failure instanceof ExceptionInInitializerError
        || (failure instanceof NoClassDefFoundError
            && String.valueOf(failure.getMessage()).startsWith(BROKEN_CONSTANTS));
  }

  /** Decimals take doubles by their text. */
  private static boolean isOfDouble(NumberFormatException failure) {
    return Arrays.stream(failure.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(BigDecimal.class.getName())
                    && frame.getMethodName().equals("valueOf"));
  }

  private static String ofNumber(ArithmeticException failure) {
    if (String.valueOf(failure.getMessage()).contains("by zero")) {
      return "a number is divided by zero";
    }
    return Arrays.stream(failure.getStackTrace())
        .map(frame -> OPERATIONS.get(frame.getMethodName()))
        .filter(Objects::nonNull)
        .reduce((inner, outer) -> outer)
        .map(operation -> operation + ": the result does not fit its type of whole numbers")
        .orElse("a number does not fit its type");
  }

  private SqlException ofContext(CalciteContextException failure) {
    Throwable cause = failure.getCause();
    String message = clean(cause == null ? failure.getMessage() : cause.getMessage());
    Position position =
        failure.getPosLine() < 1
            ? null
            : new Position(
                failure.getPosLine(),
                failure.getPosColumn(),
                failure.getEndPosLine(),
                failure.getEndPosColumn());
    Matcher column = COLUMN.matcher(message);
    if (column.matches()) {
      return named(SqlErrorCode.UNKNOWN_COLUMN, "column", column, columns(), position, failure);
    }
    Matcher table = TABLE.matcher(message);
    if (table.matches()) {
      return named(SqlErrorCode.UNKNOWN_TABLE, "table", table, tables(), position, failure);
    }
    Matcher function = FUNCTION.matcher(message);
    if (function.matches()) {
      return unknownFunction(Skeleton.functionName(function.group(1)), position, failure);
    }
    Matcher construct = CONSTRUCT.matcher(message);
    if (construct.matches()) {
      return new SqlException(
          SqlErrorCode.UNSUPPORTED,
          construct.group(1) + " is not supported here",
          position,
          null,
          failure);
    }
    Matcher time = TIME_LITERAL.matcher(message);
    if (time.matches()) {
      return notTime(time, position, failure);
    }
    if (FAR_LITERAL.matcher(message).matches()) {
      return new SqlException(
          SqlErrorCode.INVALID_VALUE,
          "a time literal must lie in the years 1 to 9999",
          position,
          null,
          failure);
    }
    String hint = TIMES.matcher(message).find() ? TIMES_HINT : null;
    return new SqlException(SqlErrorCode.INVALID_QUERY, message, position, hint, failure);
  }

  private SqlException unknownFunction(String name, @Nullable Position position, Throwable cause) {
    String lower = name.toLowerCase(Locale.ROOT);
    FunctionDoc known =
        functions.docs().stream().filter(doc -> doc.name().equals(lower)).findFirst().orElse(null);
    if (known != null) {
      return new SqlException(
          SqlErrorCode.UNKNOWN_FUNCTION,
          "there is no function %s of these arguments".formatted(lower),
          position,
          "it is called as " + known.signature(),
          cause);
    }
    String near = OtherNames.insteadOf(lower);
    if (near == null) {
      String nearest = NearestName.of(name, functions().toList());
      near = nearest == null ? null : "Did you mean %s?".formatted(nearest);
    }
    return new SqlException(
        SqlErrorCode.UNKNOWN_FUNCTION, "there is no function " + lower, position, near, cause);
  }

  private static SqlException named(
      SqlErrorCode code,
      String kind,
      Matcher found,
      Stream<String> known,
      @Nullable Position position,
      Throwable cause) {
    String name = found.group(1);
    String near = NearestName.of(name, known.toList());
    return new SqlException(
        code, "there is no %s %s".formatted(kind, name), position, hint(name, near), cause);
  }

  private static @Nullable String hint(String name, @Nullable String near) {
    if (near == null) {
      return null;
    }
    return near.equalsIgnoreCase(name)
        ? "there is a %s, but not in a table that is read here".formatted(near)
        : "Did you mean %s?".formatted(near);
  }

  private static Stream<String> columns() {
    return StoreTable.PUBLIC.stream()
        .flatMap(table -> table.columns().stream())
        .map(StoreTable.Column::name);
  }

  private static Stream<String> tables() {
    return StoreTable.PUBLIC.stream().map(table -> table.name().toLowerCase(Locale.ROOT));
  }

  private Stream<String> functions() {
    return functions.docs().stream().map(FunctionDoc::name);
  }

  private static String clean(@Nullable String message) {
    return message == null
        ? "the query is not valid"
        : NOISE.matcher(message).replaceFirst("").replaceAll("\\s+", " ").strip();
  }

  private static String innermost(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at.getCause() != null && depth < 20; depth++) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage());
  }

  private static boolean hasMessage(Throwable failure, String message) {
    return find(failure, IllegalStateException.class, Pattern.compile(Pattern.quote(message)))
        != null;
  }

  private static <T extends Throwable> @Nullable Matcher find(
      Throwable failure, Class<T> type, Pattern message) {
    T found = find(failure, type);
    Matcher matcher = found == null ? null : message.matcher(String.valueOf(found.getMessage()));
    return matcher != null && matcher.matches() ? matcher : null;
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 20; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      for (Throwable suppressed : at.getSuppressed()) {
        if (type.isInstance(suppressed)) {
          return type.cast(suppressed);
        }
      }
      at = at.getCause();
    }
    return null;
  }
}
