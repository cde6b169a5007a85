package dev.annulus.promql.eval;

import dev.annulus.promql.parser.PromqlFunction;
import java.util.function.DoubleToLongFunction;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a time in UTC, given in seconds since 1970. By Go's calendar, which has room for any
 * number of seconds that a long can hold; what it cannot hold is its least one, as on amd64.
 */
final class DateFunctions {
  private static final long DAY = 86_400;

  /** Days from the start of Go's calendar to 1970. */
  private static final long FIRST_DAY = 106_751_991_073_094L;

  private static final long DAYS_IN_400_YEARS = 146_097;

  /** From 1 March of year 0 to 1 January 1970. */
  private static final long MARCH_TO_1970 = 719_468;

  private DateFunctions() {}

  /** Null if {@code function} is none of them. */
  static @Nullable DoubleUnaryOperator of(PromqlFunction function) {
    DoubleToLongFunction part =
        switch (function) {
          case MINUTE -> seconds -> secondOfDay(seconds) / 60 % 60;
          case HOUR -> seconds -> secondOfDay(seconds) / 3600;
          case DAY_OF_WEEK -> seconds -> Math.floorMod(day(seconds) + 4, 7);
          case DAY_OF_MONTH -> seconds -> Civil.of(day(seconds)).dayOfMonth;
          case DAY_OF_YEAR -> seconds -> Civil.of(day(seconds)).dayOfYear();
          case DAYS_IN_MONTH -> seconds -> Civil.of(day(seconds)).daysInMonth();
          case MONTH -> seconds -> Civil.of(day(seconds)).month;
          case YEAR -> seconds -> Civil.of(day(seconds)).year;
          default -> null;
        };
    return part == null ? null : seconds -> (double) part.applyAsLong(seconds);
  }

  private static long sinceStart(double seconds) {
    boolean fits = seconds >= -0x1p63 && seconds < 0x1p63;
    return (fits ? (long) seconds : Long.MIN_VALUE) + FIRST_DAY * DAY;
  }

  private static int secondOfDay(double seconds) {
    return (int) Long.remainderUnsigned(sinceStart(seconds), DAY);
  }

  /** Days since 1970. */
  private static long day(double seconds) {
    return Long.divideUnsigned(sinceStart(seconds), DAY) - FIRST_DAY;
  }

  /**
   * A date of the Gregorian calendar. (Howard Hinnant, "chrono-compatible low-level date
   * algorithms": years begin in March, so that the leap day is their last.)
   */
  private record Civil(long year, int month, int dayOfMonth) {
    static Civil of(long day) {
      long shifted = day + MARCH_TO_1970;
      long era = Math.floorDiv(shifted, DAYS_IN_400_YEARS);
      long dayOfEra = shifted - era * DAYS_IN_400_YEARS;
      long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
      long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
      int marchMonth = (int) ((5 * dayOfYear + 2) / 153);
      int dayOfMonth = (int) (dayOfYear - (153L * marchMonth + 2) / 5 + 1);
      int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
      return new Civil(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth);
    }

    boolean isLeapYear() {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    int daysInMonth() {
      return switch (month) {
        case 2 -> isLeapYear() ? 29 : 28;
        case 4, 6, 9, 11 -> 30;
        default -> 31;
      };
    }

    int dayOfYear() {
      int leap = month > 2 && isLeapYear() ? 1 : 0;
      int before = month > 2 ? (153 * (month - 3) + 2) / 5 + 59 : 31 * (month - 1);
      return before + leap + dayOfMonth;
    }
  }
}
