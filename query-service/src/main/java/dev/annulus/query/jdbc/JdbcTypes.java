package dev.annulus.query.jdbc;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlJson;
import java.math.BigDecimal;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/** Types and values of the engine as those of JDBC, and back. */
final class JdbcTypes {
  private static final AvaticaType VARCHAR =
      ColumnMetaData.scalar(Types.VARCHAR, "VARCHAR", Rep.STRING);

  private static final int MOST_DIGITS = 400;
  private static final Set<Rep> TIMES =
      EnumSet.of(Rep.JAVA_SQL_DATE, Rep.JAVA_SQL_TIME, Rep.JAVA_SQL_TIMESTAMP, Rep.JAVA_UTIL_DATE);

  private JdbcTypes() {}

  static AvaticaType of(SqlColumn.Type type) {
    return switch (type) {
      case BIGINT -> ColumnMetaData.scalar(Types.BIGINT, "BIGINT", Rep.LONG);
      case INTEGER -> ColumnMetaData.scalar(Types.INTEGER, "INTEGER", Rep.INTEGER);
      case DOUBLE -> ColumnMetaData.scalar(Types.DOUBLE, "DOUBLE", Rep.DOUBLE);
      case VARCHAR, MAP -> VARCHAR;
      case BOOLEAN -> ColumnMetaData.scalar(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN);
      case DATE -> ColumnMetaData.scalar(Types.DATE, "DATE", Rep.INTEGER);
      case TIME -> ColumnMetaData.scalar(Types.TIME, "TIME", Rep.INTEGER);
      case TIMESTAMP -> ColumnMetaData.scalar(Types.TIMESTAMP, "TIMESTAMP", Rep.LONG);
    };
  }

  /** Makes of a row what Avatica sends: days, and milliseconds, where the engine has text. */
  static @Nullable Object[] wire(
      @Nullable Object[] row, List<SqlColumn> columns, boolean finiteOnly) {
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      if (finiteOnly && value instanceof Double real && !Double.isFinite(real)) {
        row[i] = null;
      } else if (value != null) {
        row[i] = wire(value, columns.get(i).type());
      }
    }
    return row;
  }

  private static Object wire(Object value, SqlColumn.Type type) {
    return switch (type) {
      case DATE -> (int) LocalDate.parse((String) value).toEpochDay();
      case TIME -> (int) (LocalTime.parse((String) value).toNanoOfDay() / 1_000_000);
      case TIMESTAMP -> Instant.parse((String) value).toEpochMilli();
      case MAP -> SqlJson.text((Map<?, ?>) value);
      default -> value;
    };
  }

  /** What a result looks like, before its rows are there. */
  static Meta.Signature signature(@Nullable String sql, List<SqlColumn> columns, int parameters) {
    List<ColumnMetaData> described = new ArrayList<>(columns.size());
    for (SqlColumn column : columns) {
      described.add(
          MetaImpl.columnMetaData(column.name(), described.size(), of(column.type()), true));
    }
    List<AvaticaParameter> expected = new ArrayList<>(parameters);
    for (int i = 0; i < parameters; i++) {
      expected.add(
          new AvaticaParameter(
              false, 0, 0, Types.OTHER, "ANY", Object.class.getName(), "?" + (i + 1)));
    }
    return new Meta.Signature(
        described, sql, expected, Map.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
  }

  /**
   * A parameter's value as a literal.
   *
   * @param number from 1, for messages
   * @throws JdbcException if it was not set, or SQL has no literal for it here
   */
  static String literal(@Nullable TypedValue parameter, int number) {
    if (parameter == null) {
      throw new JdbcException("07002", "parameter %d: is not set".formatted(number));
    }
    Object value = parameter.toLocal();
    if (value == null) {
      return "NULL";
    }
    if (!TIMES.contains(parameter.type)) {
      if (value instanceof Boolean flag) {
        return flag ? "TRUE" : "FALSE";
      }
      if (value instanceof Double || value instanceof Float) {
        return real(((Number) value).doubleValue(), number);
      }
      if (value instanceof Number) {
        return exact(new BigDecimal(value.toString()), number);
      }
      if (value instanceof String || value instanceof Character) {
        return "'" + value.toString().replace("'", "''") + "'";
      }
    }
    throw invalid(number, "must be a number, a string, a boolean or null; times are epoch seconds");
  }

  private static String real(double value, int number) {
    if (!Double.isFinite(value)) {
      throw invalid(number, "must be a finite number, got " + value);
    }
    String text = Double.toString(value);
    return text.contains("E") ? text : text + "E0";
  }

  private static String exact(BigDecimal value, int number) {
    if (Math.abs((long) value.scale()) > MOST_DIGITS || value.precision() > MOST_DIGITS) {
      throw invalid(number, "must have at most %d digits".formatted(MOST_DIGITS));
    }
    return value.toPlainString();
  }

  private static JdbcException invalid(int number, String rule) {
    return new JdbcException("22023", "parameter %d: %s".formatted(number, rule));
  }
}
