package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalLiteral.IntervalValue;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.SqlParserUtil;
import org.jspecify.annotations.Nullable;

/**
 * {@code ts_bucket(ts, step)} as other systems write it: with an interval or a text such as {@code
 * '5 minutes'} for the step, with the step first, with an origin.
 */
final class Buckets {
  private static final Pattern LENGTH = Pattern.compile("\\s*(\\d{1,12})\\s*([A-Za-z]+)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("s", 1L),
          Map.entry("sec", 1L),
          Map.entry("second", 1L),
          Map.entry("m", 60L),
          Map.entry("min", 60L),
          Map.entry("minute", 60L),
          Map.entry("h", 3_600L),
          Map.entry("hr", 3_600L),
          Map.entry("hour", 3_600L),
          Map.entry("d", 86_400L),
          Map.entry("day", 86_400L),
          Map.entry("w", 604_800L),
          Map.entry("week", 604_800L));

  private Buckets() {}

  /**
   * The call with ts first and the step as a number of seconds.
   *
   * @throws SqlException if a text or interval is no fixed number of seconds
   */
  static SqlNode spelledOut(SqlBasicCall call, String name) {
    if (call.operandCount() < 2) {
      return call;
    }
    SqlNode first = call.operand(0);
    SqlNode second = call.operand(1);
    SqlNode firstLength = length(first, name);
    SqlNode secondLength = firstLength == null ? length(second, name) : null;
    if (firstLength != null) {
      call.setOperand(0, second);
      call.setOperand(1, firstLength);
    } else if (secondLength != null) {
      call.setOperand(1, secondLength);
    } else if (isStepFirst(first, second, name)) {
      call.setOperand(0, second);
      call.setOperand(1, first);
    }
    if (call.operandCount() == 3 && !name.equals("align_time")) {
      call.setOperator(SeriesWindows.unresolved("align_time", call.getParserPosition()));
    }
    return call;
  }

  /** A constant before a column is the step, unless that column can be one as well. */
  private static boolean isStepFirst(SqlNode first, SqlNode second, String name) {
    return CommonNames.isConstant(first)
        && (name.equals("time_bucket")
            ? !CommonNames.isConstant(second)
            : CommonNames.names(second, "ts") > 0);
  }

  private static @Nullable SqlNode length(SqlNode node, String name) {
    Long millis = null;
    if (node instanceof SqlIntervalLiteral literal) {
      millis = millis(literal);
    } else if (node instanceof SqlCharStringLiteral literal) {
      millis = millis(literal.getValueAs(String.class));
    } else {
      return null;
    }
    if (millis == null || millis < 1_000 || millis % 1_000 != 0) {
      throw SeriesWindows.failure(
          node,
          name
              + " needs a step of whole seconds, such as 300, '5 minutes' or INTERVAL '5' MINUTE;"
              + " months and years differ in length: date_trunc('month', ts)");
    }
    return new WholeNumber(BigDecimal.valueOf(millis / 1_000), SqlParserPos.ZERO);
  }

  private static @Nullable Long millis(SqlIntervalLiteral literal) {
    if (!(literal.getValue() instanceof IntervalValue interval)
        || interval.getIntervalQualifier().isYearMonth()
        || interval.getIntervalQualifier().timeUnitRange == TimeUnitRange.WEEK
        || interval.getIntervalQualifier().timeUnitRange == TimeUnitRange.QUARTER) {
      return null;
    }
    return interval.getSign()
        * SqlParserUtil.intervalToMillis(
            interval.getIntervalLiteral(), interval.getIntervalQualifier());
  }

  private static @Nullable Long millis(@Nullable String text) {
    Matcher length = LENGTH.matcher(text == null ? "" : text);
    long seconds = 0;
    int end = 0;
    while (length.find() && length.start() == end) {
      String unit = length.group(2).toLowerCase(Locale.ROOT);
      boolean plural = unit.length() > 2 && unit.endsWith("s");
      Long each = UNITS.get(plural ? unit.substring(0, unit.length() - 1) : unit);
      if (each == null) {
        return null;
      }
      seconds += Math.multiplyExact(Long.parseLong(length.group(1)), each);
      end = length.end();
    }
    return text == null || !text.substring(end).isBlank() ? null : seconds * 1_000;
  }
}
