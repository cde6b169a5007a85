package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times written as texts: {@code 2024-01-31}, {@code 2024-01-31 10:00}, {@code 10:00:00.5}, and as
 * results print them, {@code 2024-01-31T10:00:00Z}. An offset such as {@code +02:00} counts; what
 * is finer than a millisecond is cut off. Generated code calls these methods with texts that are
 * not null.
 */
public final class TimeTexts {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(?:(\\d{1,4})-(\\d{1,2})-(\\d{1,2})(?:[T\\s]\\s*|$))?"
              + "(?:(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(\\.\\d+)?)?"
              + "\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)?)?\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final long MILLIS_OF_DAY = 86_400_000;

  private TimeTexts() {}

  /**
   * Epoch milliseconds; a day means its start.
   *
   * @throws SqlException if the text is not a time of this form
   */
  public static long timestamp(String text) {
    Long millis = timestampOrNull(text);
    if (millis == null) {
      throw failure(text, "timestamp");
    }
    return millis;
  }

  /** Epoch milliseconds; null if the text is not a time of this form. */
  public static @Nullable Long timestampOrNull(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || parts.group(1) == null) {
      return null;
    }
    try {
      return day(parts) * MILLIS_OF_DAY + millisOfDay(parts) - offset(parts);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Days since the epoch, of a day or of a time of it.
   *
   * @throws SqlException if the text is not a time of this form
   */
  public static int date(String text) {
    Long millis = timestampOrNull(text);
    if (millis == null) {
      throw failure(text, "date");
    }
    return (int) Math.floorDiv(millis, MILLIS_OF_DAY);
  }

  /**
   * Milliseconds of a day.
   *
   * @throws SqlException if the text is not a time of this form
   */
  public static int time(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || parts.group(4) == null) {
      throw failure(text, "time");
    }
    try {
      if (parts.group(1) != null) {
        day(parts);
      }
      return (int) Math.floorMod(millisOfDay(parts) - offset(parts), MILLIS_OF_DAY);
    } catch (DateTimeException e) {
      throw failure(text, "time");
    }
  }

  private static long day(Matcher parts) {
    return LocalDate.of(
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)))
        .toEpochDay();
  }

  private static long millisOfDay(Matcher parts) {
    if (parts.group(4) == null) {
      return 0;
    }
    String seconds = parts.group(6);
    LocalTime time =
        LocalTime.of(
            Integer.parseInt(parts.group(4)),
            Integer.parseInt(parts.group(5)),
            seconds == null ? 0 : Integer.parseInt(seconds));
    String fraction = parts.group(7);
    int millis =
        fraction == null ? 0 : Integer.parseInt((fraction.substring(1) + "00").substring(0, 3));
    return time.getLong(ChronoField.MILLI_OF_DAY) + millis;
  }

  private static long offset(Matcher parts) {
    String offset = parts.group(8);
    return offset == null
        ? 0
        : ZoneOffset.of(offset.equalsIgnoreCase("z") ? "Z" : offset).getTotalSeconds() * 1_000L;
  }

  private static SqlException failure(String text, String kind) {
    return new SqlException(SqlErrorCode.INVALID_VALUE, "'%s' is not a %s".formatted(text, kind));
  }
}
