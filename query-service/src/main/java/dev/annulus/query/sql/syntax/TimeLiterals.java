package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.function.TimeTexts;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.TimestampString;

/** Takes {@code TIMESTAMP '2024-01-31T10:00:00Z'}, as results print it, too. */
final class TimeLiterals {
  private static final Pattern STANDARD = Pattern.compile("[0-9-]+( \\d+:\\d+:\\d+(\\.\\d+)?)?");

  private TimeLiterals() {}

  /** The literal that the validator takes; the same if it is another. */
  static SqlNode of(SqlUnknownLiteral literal) {
    String text = literal.getValue();
    Long millis =
        literal.tag.equals("TIMESTAMP") && !STANDARD.matcher(text).matches()
            ? TimeTexts.timestampOrNull(text)
            : null;
    return millis == null
        ? literal
        : SqlLiteral.createTimestamp(
            SqlTypeName.TIMESTAMP,
            TimestampString.fromMillisSinceEpoch(millis),
            3,
            literal.getParserPosition());
  }
}
