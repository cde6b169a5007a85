package dev.annulus.promql.eval;

import dev.annulus.promql.parser.PromqlFunction;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Parts of a time in UTC, given in seconds since 1970. */
final class DateFunctions {
  private static final double LIMIT = Instant.MAX.truncatedTo(ChronoUnit.DAYS).getEpochSecond();

  private DateFunctions() {}

  /** Null if {@code function} is none of them. */
  static @Nullable DoubleUnaryOperator of(PromqlFunction function) {
    ToIntFunction<LocalDateTime> part =
        switch (function) {
          case MINUTE -> LocalDateTime::getMinute;
          case HOUR -> LocalDateTime::getHour;
          case DAY_OF_WEEK -> time -> time.getDayOfWeek().getValue() % 7;
          case DAY_OF_MONTH -> LocalDateTime::getDayOfMonth;
          case DAY_OF_YEAR -> LocalDateTime::getDayOfYear;
          case DAYS_IN_MONTH -> time -> time.toLocalDate().lengthOfMonth();
          case MONTH -> LocalDateTime::getMonthValue;
          case YEAR -> LocalDateTime::getYear;
          default -> null;
        };
    return part == null ? null : seconds -> part.applyAsInt(time(seconds));
  }

  private static LocalDateTime time(double seconds) {
    // Whole seconds towards zero, as Go's conversion; what no calendar reaches is its end.
    double inCalendar = Math.max(-LIMIT, Math.min(LIMIT, seconds));
    return LocalDateTime.ofEpochSecond((long) inCalendar, 0, ZoneOffset.UTC);
  }
}
