package dev.annulus.query.jdbc;

import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.SqlCatalog;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.function.LikeMatch;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.Meta.DatabaseProperty;
import org.apache.calcite.avatica.Meta.Frame;
import org.apache.calcite.avatica.remote.Service.ResultSetResponse;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DatabaseMetaData} asks of the server. There is one list of tables, in the only schema
 * of the only catalog. Every answer has a statement of its own, by whose id the driver tells those
 * apart that are open at once. Thread-safe.
 */
final class JdbcMetadata {
  private static final String TABLE = "TABLE";
  private static final List<SqlColumn> CATALOGS = columns("TABLE_CAT");
  private static final List<SqlColumn> SCHEMAS = columns("TABLE_SCHEM", "TABLE_CATALOG");
  private static final List<SqlColumn> TABLE_TYPES = columns("TABLE_TYPE");
  private static final List<SqlColumn> TABLES =
      columns(
          "TABLE_CAT",
          "TABLE_SCHEM",
          "TABLE_NAME",
          "TABLE_TYPE",
          "REMARKS",
          "TYPE_CAT",
          "TYPE_SCHEM",
          "TYPE_NAME",
          "SELF_REFERENCING_COL_NAME",
          "REF_GENERATION");
  private static final List<SqlColumn> COLUMNS =
      columns(
          "TABLE_CAT",
          "TABLE_SCHEM",
          "TABLE_NAME",
          "COLUMN_NAME",
          "DATA_TYPE int",
          "TYPE_NAME",
          "COLUMN_SIZE int",
          "BUFFER_LENGTH int",
          "DECIMAL_DIGITS int",
          "NUM_PREC_RADIX int",
          "NULLABLE int",
          "REMARKS",
          "COLUMN_DEF",
          "SQL_DATA_TYPE int",
          "SQL_DATETIME_SUB int",
          "CHAR_OCTET_LENGTH int",
          "ORDINAL_POSITION int",
          "IS_NULLABLE",
          "SCOPE_CATALOG",
          "SCOPE_SCHEMA",
          "SCOPE_TABLE",
          "SOURCE_DATA_TYPE int",
          "IS_AUTOINCREMENT",
          "IS_GENERATEDCOLUMN");
  private static final List<SqlColumn> TYPES =
      columns(
          "TYPE_NAME",
          "DATA_TYPE int",
          "PRECISION int",
          "LITERAL_PREFIX",
          "LITERAL_SUFFIX",
          "CREATE_PARAMS",
          "NULLABLE int",
          "CASE_SENSITIVE boolean",
          "SEARCHABLE int",
          "UNSIGNED_ATTRIBUTE boolean",
          "FIXED_PREC_SCALE boolean",
          "AUTO_INCREMENT boolean",
          "LOCAL_TYPE_NAME",
          "MINIMUM_SCALE int",
          "MAXIMUM_SCALE int",
          "SQL_DATA_TYPE int",
          "SQL_DATETIME_SUB int",
          "NUM_PREC_RADIX int");

  private final SqlCatalog catalog;

  JdbcMetadata(SqlCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Whose answer it is.
   *
   * @param connection id of the connection
   * @param statement id of a statement that nothing else has
   */
  record Asked(String connection, int statement) {}

  /**
   * Which schemas are meant.
   *
   * @param catalog its name; null for any, empty for none
   * @param schema a pattern of its name; null for any, empty for none
   */
  record In(@Nullable String catalog, @Nullable String schema) {
    private boolean isOurs() {
      return (catalog == null || catalog.equals(SqlCatalog.CATALOG))
          && like(SqlCatalog.SCHEMA, schema);
    }
  }

  ResultSetResponse catalogs(Asked asked) {
    return answer(asked, CATALOGS, List.of((Object) new Object[] {SqlCatalog.CATALOG}));
  }

  ResultSetResponse schemas(Asked asked, In where) {
    Object[] schema = {SqlCatalog.SCHEMA, SqlCatalog.CATALOG};
    return answer(asked, SCHEMAS, where.isOurs() ? List.of((Object) schema) : List.of());
  }

  ResultSetResponse tableTypes(Asked asked) {
    return answer(asked, TABLE_TYPES, List.<Object>of((Object) new Object[] {TABLE}));
  }

  /** Tables whose name is like a pattern; null for any. */
  ResultSetResponse tables(
      Asked asked, In where, @Nullable String pattern, @Nullable List<String> types) {
    List<Object> rows = new ArrayList<>();
    for (SqlCatalog.Table table : catalog.tables()) {
      if (where.isOurs()
          && like(table.name(), pattern)
          && (types == null || types.contains(TABLE))) {
        rows.add(
            new @Nullable Object[] {
              SqlCatalog.CATALOG,
              SqlCatalog.SCHEMA,
              table.name(),
              TABLE,
              table.help(),
              null,
              null,
              null,
              null,
              null
            });
      }
    }
    return answer(asked, TABLES, rows);
  }

  /** Columns whose table and name are like patterns; null for any. */
  ResultSetResponse columns(
      Asked asked, In where, @Nullable String tablePattern, @Nullable String columnPattern) {
    List<Object> rows = new ArrayList<>();
    for (SqlCatalog.Table table : catalog.tables()) {
      if (!where.isOurs() || !like(table.name(), tablePattern)) {
        continue;
      }
      int position = 0;
      for (SqlCatalog.Column column : table.columns()) {
        position++;
        if (like(column.name(), columnPattern)) {
          rows.add(column(table, column, position));
        }
      }
    }
    return answer(asked, COLUMNS, rows);
  }

  private static @Nullable Object[] column(
      SqlCatalog.Table table, SqlCatalog.Column column, int position) {
    SqlColumn.Type type = typeOf(column);
    return new @Nullable Object[] {
      SqlCatalog.CATALOG,
      SqlCatalog.SCHEMA,
      table.name(),
      column.name(),
      JdbcTypes.of(type).id,
      JdbcTypes.of(type).name,
      null,
      null,
      null,
      type == SqlColumn.Type.VARCHAR ? null : 10,
      DatabaseMetaData.columnNoNulls,
      column.help(),
      null,
      null,
      null,
      null,
      position,
      "NO",
      null,
      null,
      null,
      null,
      "NO",
      "NO"
    };
  }

  /** The type of its values in results: a TINYINT comes as an INTEGER. */
  private static SqlColumn.Type typeOf(SqlCatalog.Column column) {
    return column.type().equals("TINYINT")
        ? SqlColumn.Type.INTEGER
        : SqlColumn.Type.valueOf(column.type());
  }

  /** The types that columns of results can have; maps come as texts. */
  ResultSetResponse types(Asked asked) {
    List<Object> rows = new ArrayList<>();
    for (SqlColumn.Type type : EnumSet.complementOf(EnumSet.of(SqlColumn.Type.MAP))) {
      boolean number =
          type == SqlColumn.Type.BIGINT
              || type == SqlColumn.Type.INTEGER
              || type == SqlColumn.Type.DOUBLE;
      String quote = type == SqlColumn.Type.VARCHAR ? "'" : null;
      rows.add(
          new @Nullable Object[] {
            JdbcTypes.of(type).name,
            JdbcTypes.of(type).id,
            null,
            quote,
            quote,
            null,
            DatabaseMetaData.typeNullable,
            type == SqlColumn.Type.VARCHAR,
            DatabaseMetaData.typeSearchable,
            !number,
            false,
            false,
            null,
            null,
            null,
            null,
            null,
            number ? 10 : null
          });
    }
    return answer(asked, TYPES, rows);
  }

  Map<DatabaseProperty, Object> properties() {
    Map<DatabaseProperty, Object> properties = new EnumMap<>(DatabaseProperty.class);
    properties.put(
        DatabaseProperty.GET_SYSTEM_FUNCTIONS,
        catalog.functions().stream().map(FunctionDoc::name).collect(Collectors.joining(",")));
    properties.put(DatabaseProperty.GET_DEFAULT_TRANSACTION_ISOLATION, Connection.TRANSACTION_NONE);
    return properties;
  }

  private static boolean like(String name, @Nullable String pattern) {
    return pattern == null || LikeMatch.matches(name, pattern, "\\");
  }

  private static ResultSetResponse answer(Asked asked, List<SqlColumn> columns, List<Object> rows) {
    Meta.Signature signature = JdbcTypes.signature("", columns, 0);
    return new ResultSetResponse(
        asked.connection(),
        asked.statement(),
        true,
        signature,
        new Frame(0, true, rows),
        -1,
        AvaticaService.METADATA);
  }

  /** Columns of strings, unless the name is followed by another type. */
  private static List<SqlColumn> columns(String... names) {
    List<SqlColumn> columns = new ArrayList<>(names.length);
    for (String name : names) {
      int space = name.indexOf(' ');
      columns.add(
          space < 0
              ? new SqlColumn(name, SqlColumn.Type.VARCHAR)
              : new SqlColumn(
                  name.substring(0, space),
                  name.endsWith("int") ? SqlColumn.Type.INTEGER : SqlColumn.Type.BOOLEAN));
    }
    return List.copyOf(columns);
  }
}
