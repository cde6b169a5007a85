package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.ScanSpec;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.query.sql.run.StoreScans;
import dev.annulus.query.sql.run.StoreTable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of the store within bounds. An input, if there is one, gives metric ids that bound
 * the scan too: it is read first, when the query runs.
 */
public final class StoreScan extends AbstractRelNode implements EnumerableRel {
  private static final Method SCAN =
      Arrays.stream(StoreScans.class.getMethods())
          .filter(method -> method.getName().equals("scan"))
          .findFirst()
          .orElseThrow();

  private final StoreTable table;
  private final List<ScanBound> bounds;
  private final List<Integer> columns;
  private final boolean requestBound;
  private @Nullable RelNode source;

  private StoreScan(
      RelOptCluster cluster,
      RelTraitSet traits,
      StoreTable table,
      List<ScanBound> bounds,
      List<Integer> columns,
      boolean requestBound,
      @Nullable RelNode source) {
    super(cluster, traits);
    this.table = table;
    this.bounds = List.copyOf(bounds);
    this.columns = List.copyOf(columns);
    this.requestBound = requestBound;
    this.source = source;
  }

  /**
   * A scan of all columns without bounds.
   *
   * @param requestBound whether the request names metrics
   */
  public static StoreScan of(RelOptCluster cluster, StoreTable table, boolean requestBound) {
    List<Integer> columns = IntStream.range(0, table.columns().size()).boxed().toList();
    return new StoreScan(
        cluster, cluster.traitSet(), table, List.of(), columns, requestBound, null);
  }

  /** The table that is read. */
  public StoreTable table() {
    return table;
  }

  /** What the scan is confined to, besides the request and the source. */
  public List<ScanBound> bounds() {
    return bounds;
  }

  /** The table's columns that make up a row. */
  public List<Integer> columns() {
    return columns;
  }

  /** Whether the request names metrics. */
  public boolean isRequestBound() {
    return requestBound;
  }

  /** The rows whose ids bound this scan; null if there are none. */
  public @Nullable RelNode source() {
    return source;
  }

  /** Whether the scan is confined to texts or ids known without reading another table. */
  public boolean isSelective() {
    return bounds.stream()
            .anyMatch(
                bound ->
                    bound.operator() == Operator.IN
                        && (table != StoreTable.SAMPLES || bound.column() == StoreTable.METRIC_ID))
        || (requestBound && table != StoreTable.METRICS && table != StoreTable.METRIC_TAGS);
  }

  /** The same scan within more bounds. */
  public StoreScan withBounds(List<ScanBound> more) {
    List<ScanBound> all = new ArrayList<>(bounds);
    all.addAll(more);
    return new StoreScan(getCluster(), traitSet, table, all, columns, requestBound, source);
  }

  /** The same scan with other columns. */
  public StoreScan withColumns(List<Integer> newColumns) {
    return new StoreScan(getCluster(), traitSet, table, bounds, newColumns, requestBound, source);
  }

  /** The same scan bound by ids that another relation gives. */
  public StoreScan withSource(RelNode ids) {
    return new StoreScan(getCluster(), traitSet, table, bounds, columns, requestBound, ids);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new StoreScan(
        getCluster(),
        traits,
        table,
        bounds,
        columns,
        requestBound,
        inputs.isEmpty() ? null : inputs.get(0));
  }

  @Override
  public List<RelNode> getInputs() {
    return source == null ? List.of() : List.of(source);
  }

  @Override
  public void replaceInput(int ordinal, RelNode input) {
    source = input;
    recomputeDigest();
  }

  @Override
  protected RelDataType deriveRowType() {
    return rowType(getCluster(), table, columns);
  }

  /** The row type of some columns of a table. */
  public static RelDataType rowType(
      RelOptCluster cluster, StoreTable table, List<Integer> columns) {
    var builder = cluster.getTypeFactory().builder();
    for (int column : columns) {
      StoreTable.Column definition = table.columns().get(column);
      builder.add(definition.name(), definition.type());
    }
    return builder.build();
  }

  @Override
  public double estimateRowCount(RelMetadataQuery mq) {
    double all = table == StoreTable.SAMPLES ? 1e6 : 1e4;
    return isSelective() || source != null ? all / 100 : all;
  }

  @Override
  public String getRelTypeName() {
    return switch (table) {
      case SAMPLES -> "SampleScan";
      case METRICS -> "MetricScan";
      case METRIC_TAGS -> "TagScan";
      case METRIC_IDS -> "IdScan";
    };
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    super.explainTerms(writer);
    if (source != null) {
      writer.input("ids", source);
    }
    for (ScanBound bound : bounds) {
      writer.item(table.columns().get(bound.column()).name(), bound.toString());
    }
    return writer
        .itemIf("metrics", "request", requestBound && table != StoreTable.METRICS)
        .item("columns", getRowType().getFieldNames())
        .itemIf("all", List.of(table, bounds, columns, requestBound), Trees.isDigest(writer));
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    PhysType rows =
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
    BlockBuilder code = new BlockBuilder();
    code.add(Expressions.return_(null, Expressions.call(SCAN, arguments(implementor, code))));
    return implementor.result(rows, code.toBlock());
  }

  /** What every way to run this scan starts with: the run, the spec, the bounds, the source. */
  List<Expression> arguments(EnumerableRelImplementor implementor, BlockBuilder code) {
    Expression ids = Expressions.constant(null);
    if (source != null) {
      Result input = implementor.visitChild(this, 0, (EnumerableRel) source, Prefer.ARRAY);
      ids = code.append("ids", input.block);
    }
    ScanSpec spec =
        new ScanSpec(table, bounds.stream().map(ScanBound::shape).toList(), columns, requestBound);
    List<RexNode> values = bounds.stream().flatMap(bound -> bound.values().stream()).toList();
    return List.of(
        DataContext.ROOT,
        implementor.stash(spec, ScanSpec.class),
        Expressions.newArrayInit(
            Object.class, RunConstants.translate(values, getCluster(), implementor, code)),
        ids);
  }
}
