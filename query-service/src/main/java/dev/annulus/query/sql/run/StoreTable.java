package dev.annulus.query.sql.run;

import java.util.List;
import org.apache.calcite.sql.type.SqlTypeName;

/** The tables of the store. Column 0 is always {@code metric_id}; no column is ever null. */
public enum StoreTable {
  /** Every sample of the metrics a query names. */
  SAMPLES(
      new Column("metric_id", SqlTypeName.BIGINT),
      new Column("ts", SqlTypeName.BIGINT),
      new Column("value", SqlTypeName.DOUBLE),
      new Column("type", SqlTypeName.TINYINT)),
  /** One row for each metric. */
  METRICS(
      new Column("metric_id", SqlTypeName.BIGINT),
      new Column("name", SqlTypeName.VARCHAR),
      new Column("type", SqlTypeName.TINYINT),
      new Column("step", SqlTypeName.BIGINT),
      new Column("slots", SqlTypeName.BIGINT)),
  /** One row for each tag of each metric. */
  METRIC_TAGS(
      new Column("metric_id", SqlTypeName.BIGINT),
      new Column("tag_key", SqlTypeName.VARCHAR),
      new Column("tag_value", SqlTypeName.VARCHAR)),
  /** The ids a scan is bound to, those of the request included. No query can name this table. */
  METRIC_IDS(new Column("metric_id", SqlTypeName.BIGINT));

  /** The first column of every table. */
  public static final int METRIC_ID = 0;

  /** Columns of {@link #SAMPLES}. */
  public static final int TS = 1;

  /** Columns of {@link #SAMPLES}. */
  public static final int VALUE = 2;

  static final int SAMPLE_TYPE = 3;

  /** Columns of {@link #METRICS}. */
  public static final int NAME = 1;

  static final int METRIC_TYPE = 2;
  static final int STEP = 3;
  static final int SLOTS = 4;

  /** Columns of {@link #METRIC_TAGS}. */
  public static final int TAG_KEY = 1;

  /** Columns of {@link #METRIC_TAGS}. */
  public static final int TAG_VALUE = 2;

  /** The tables a query may name. */
  public static final List<StoreTable> PUBLIC = List.of(SAMPLES, METRICS, METRIC_TAGS);

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of records
  private final List<Column> columns;

  StoreTable(Column... columns) {
    this.columns = List.of(columns);
  }

  /** The columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /**
   * A column.
   *
   * @param name in lower case
   * @param type its SQL type
   */
  public record Column(String name, SqlTypeName type) {}
}
