package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlCatalog;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.type.SqlTypeName;

/** The tables of the store. Column 0 is always {@code metric_id}; no column is ever null. */
public enum StoreTable {
  /** Every sample of the metrics a query names. */
  SAMPLES(
      "every sample of the metrics that the query names",
      new Column("metric_id", SqlTypeName.BIGINT, "whose sample it is"),
      new Column("ts", SqlTypeName.BIGINT, "when, in epoch seconds"),
      new Column("value", SqlTypeName.DOUBLE, "what was measured; of a counter, what it showed"),
      new Column("type", SqlTypeName.TINYINT, "the metric's type: 0 gauge, 1 counter"),
      new Column("ts_ms", SqlTypeName.BIGINT, "when, in epoch milliseconds")),
  /** One row for each metric. */
  METRICS(
      "one row for each metric",
      new Column("metric_id", SqlTypeName.BIGINT, "an unsigned 32-bit number"),
      new Column("name", SqlTypeName.VARCHAR, "what is measured"),
      new Column("type", SqlTypeName.TINYINT, "0 gauge, 1 counter"),
      new Column("step", SqlTypeName.BIGINT, "seconds that share a slot of the ring, rounded up"),
      new Column("slots", SqlTypeName.BIGINT, "how many samples the ring holds"),
      new Column("step_ms", SqlTypeName.BIGINT, "milliseconds that share a slot of the ring")),
  /** One row for each tag of each metric. */
  METRIC_TAGS(
      "one row for each tag of each metric",
      new Column("metric_id", SqlTypeName.BIGINT, "whose tag it is"),
      new Column("tag_key", SqlTypeName.VARCHAR, "such as host"),
      new Column("tag_value", SqlTypeName.VARCHAR, "such as web-1")),
  /** The ids a scan is bound to, those of the request included. No query can name this table. */
  METRIC_IDS("", new Column("metric_id", SqlTypeName.BIGINT, ""));

  /** The first column of every table. */
  public static final int METRIC_ID = 0;

  /** Columns of {@link #SAMPLES}. */
  public static final int TS = 1;

  /** Columns of {@link #SAMPLES}. */
  public static final int VALUE = 2;

  static final int SAMPLE_TYPE = 3;

  /** Columns of {@link #SAMPLES}. */
  public static final int TS_MS = 4;

  /** Columns of {@link #METRICS}. */
  public static final int NAME = 1;

  static final int METRIC_TYPE = 2;
  static final int STEP = 3;
  static final int SLOTS = 4;
  static final int STEP_MS = 5;

  /** Columns of {@link #METRIC_TAGS}. */
  public static final int TAG_KEY = 1;

  /** Columns of {@link #METRIC_TAGS}. */
  public static final int TAG_VALUE = 2;

  /** The tables a query may name. */
  public static final List<StoreTable> PUBLIC = List.of(SAMPLES, METRICS, METRIC_TAGS);

  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of records
  private final List<Column> columns;

  StoreTable(String help, Column... columns) {
    this.help = help;
    this.columns = List.of(columns);
  }

  /** What a query calls the table, and what there is to know about it. */
  public SqlCatalog.Table describe() {
    return new SqlCatalog.Table(
        name().toLowerCase(Locale.ROOT),
        help,
        columns.stream()
            .map(
                column -> new SqlCatalog.Column(column.name(), column.type().name(), column.help()))
            .toList());
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
   * @param help one line
   */
  public record Column(String name, SqlTypeName type, String help) {}
}
