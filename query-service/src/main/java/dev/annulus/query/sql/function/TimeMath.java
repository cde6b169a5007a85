package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times: whole numbers are epoch seconds, timestamps are epoch milliseconds to generated code,
 * which calls these methods with arguments that are not null.
 */
public final class TimeMath {
  /** A Monday. */
  private static final long WEEK_ORIGIN = 4 * 86_400L;

  private TimeMath() {}

  /** A timestamp of epoch seconds. */
  public static long timestampOfSeconds(long seconds) {
    if (seconds > Long.MAX_VALUE / 1_000 || seconds < Long.MIN_VALUE / 1_000) {
      throw outOfRange(Long.toString(seconds));
    }
    return seconds * 1_000;
  }

  /** A timestamp of epoch seconds with a fraction. */
  public static long timestampOfFraction(double seconds) {
    double millis = Math.rint(seconds * 1_000);
    if (!(Math.abs(millis) < 0x1p63)) {
      throw outOfRange(TextMath.ofDouble(seconds));
    }
    return (long) millis;
  }

  private static SqlException outOfRange(String seconds) {
    return new SqlException(
        SqlErrorCode.INVALID_VALUE, seconds + " seconds are out of the range of timestamps");
  }

  /** The epoch seconds of a timestamp, rounded down. */
  public static long secondsOfTimestamp(long millis) {
    return Math.floorDiv(millis, 1_000L);
  }

  /** The epoch seconds of a timestamp with their fraction. */
  public static double fractionOfTimestamp(long millis) {
    return millis / 1e3;
  }

  /** Where the unit begins that epoch seconds lie in. */
  public static long truncSeconds(String unit, long seconds, String zone) {
    return secondsOfTimestamp(truncTimestamp(unit, timestampOfSeconds(seconds), zone));
  }

  /** Where the unit begins that a timestamp lies in, in a zone such as {@code Europe/Berlin}. */
  public static long truncTimestamp(String unit, long millis, String zone) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone(zone));
    LocalDate day = time.toLocalDate();
    int year = day.getYear();
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "millisecond", "milliseconds" -> millis;
      case "second" -> floor(time, ChronoUnit.SECONDS);
      case "minute" -> floor(time, ChronoUnit.MINUTES);
      case "hour" -> floor(time, ChronoUnit.HOURS);
      case "day" -> start(day, time);
      case "week" -> start(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), time);
      case "month" -> start(day.withDayOfMonth(1), time);
      case "quarter" -> start(LocalDate.of(year, day.getMonth().firstMonthOfQuarter(), 1), time);
      case "year" -> start(LocalDate.of(year, 1, 1), time);
      case "decade" -> start(LocalDate.of(Math.floorDiv(year, 10) * 10, 1, 1), time);
      case "century" -> start(LocalDate.of(Math.floorDiv(year - 1, 100) * 100 + 1, 1, 1), time);
      default ->
          throw new SqlException(
              SqlErrorCode.INVALID_VALUE,
              "the unit of date_trunc must be second, minute, hour, day, week, month, quarter or"
                  + " year, not "
                  + unit);
    };
  }

  /**
   * The grid that a unit is in UTC.
   *
   * @return step and origin in seconds; null if the unit has no fixed length
   */
  public static long @Nullable [] grid(String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "second" -> new long[] {1, 0};
      case "minute" -> new long[] {60, 0};
      case "hour" -> new long[] {3_600, 0};
      case "day" -> new long[] {86_400, 0};
      case "week" -> new long[] {7 * 86_400L, WEEK_ORIGIN};
      default -> null;
    };
  }

  private static long floor(ZonedDateTime time, ChronoUnit unit) {
    return time.truncatedTo(unit).toInstant().toEpochMilli();
  }

  private static long start(LocalDate day, ZonedDateTime time) {
    return day.atStartOfDay(time.getZone()).toInstant().toEpochMilli();
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE,
          "the zone of date_trunc must be one like UTC, +01:00 or Europe/Berlin, not " + name);
    }
  }
}
