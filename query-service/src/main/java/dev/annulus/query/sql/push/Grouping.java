package dev.annulus.query.sql.push;

import dev.annulus.query.sql.rel.GroupScan;
import dev.annulus.query.sql.rel.StoreScan;
import dev.annulus.query.sql.rel.Trees;
import dev.annulus.query.sql.run.GroupFunction;
import dev.annulus.query.sql.run.GroupKey;
import dev.annulus.query.sql.run.GroupSpec;
import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the scan at the bottom of filters, projections and joins by one that gives groups of
 * samples by metric and bucket, and follows the columns up. A join stays right: its condition is
 * the same for all samples of a group, so either all of them match a row or none.
 *
 * @param bucket how time is cut into buckets; null for not at all
 * @param isTsKey whether the bucket is as good as the ts itself
 * @param parts what is computed for each group
 */
record Grouping(@Nullable BucketCall bucket, boolean isTsKey, List<GroupFunction> parts) {

  /** The rewritten relation; null if it needs single samples. */
  @Nullable Grouped rewrite(RelNode rel) {
    if (rel instanceof StoreScan scan) {
      return scan.table() == StoreTable.SAMPLES ? scan(scan) : null;
    }
    if (rel instanceof Project project) {
      Grouped input = rewrite(project.getInput());
      return input == null ? null : project(project, input);
    }
    if (rel instanceof Filter filter) {
      Grouped input = rewrite(filter.getInput());
      return input == null ? null : filter(filter, input);
    }
    return rel instanceof Join join ? join(join) : null;
  }

  private Grouped scan(StoreScan scan) {
    RelDataTypeFactory types = scan.getCluster().getTypeFactory();
    RelDataTypeFactory.Builder row = types.builder();
    List<GroupKey> keys = new ArrayList<>(List.of(GroupKey.METRIC_ID));
    row.add("metric_id", SqlTypeName.BIGINT);
    if (bucket != null) {
      keys.add(GroupKey.BUCKET);
      row.add("bucket", bucket.type());
    }
    for (int i = 0; i < parts.size(); i++) {
      row.add("part" + i, types.createSqlType(typeOf(parts.get(i))));
    }
    List<RexNode> grid =
        bucket == null
            ? BucketCall.ofSeconds(scan.getCluster().getRexBuilder()).grid()
            : bucket.grid();
    GroupScan groups = GroupScan.of(scan, new GroupSpec(keys, parts), grid, row.build());
    List<Column> columns = scan.columns().stream().map(this::column).toList();
    return new Grouped(groups, columns, bucket == null ? -1 : 1, keys.size(), false);
  }

  static SqlTypeName typeOf(GroupFunction function) {
    return function.isWhole() ? SqlTypeName.BIGINT : SqlTypeName.DOUBLE;
  }

  private Column column(int column) {
    return switch (column) {
      case StoreTable.METRIC_ID -> new Column.Key(0, GroupKey.METRIC_ID);
      case StoreTable.TS -> isTsKey ? new Column.Key(1, GroupKey.BUCKET) : new Column.Ts();
      case StoreTable.VALUE -> new Column.Value(-1);
      default -> new Column.Lost();
    };
  }

  private Grouped project(Project project, Grouped input) {
    List<RexNode> expressions = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (RexNode expression : project.getProjects()) {
      columns.add(column(expression, input, expressions));
    }
    int bucketAt = input.bucket() < 0 ? -1 : expressions.size();
    if (bucketAt >= 0) {
      expressions.add(input.ref(input.bucket()));
    }
    int firstPart = expressions.size();
    for (int i = 0; i < parts.size(); i++) {
      expressions.add(input.ref(input.firstPart() + i));
    }
    RelNode rel = Trees.project(input.rel(), expressions, null);
    return new Grouped(rel, columns, bucketAt, firstPart, input.isOptional());
  }

  /** What has become of a projected column; adds what that needs to the new projection. */
  private Column column(RexNode expression, Grouped input, List<RexNode> expressions) {
    RexNode key = KeyExpressions.rewrite(expression, input, bucket);
    if (key != null) {
      boolean same = expression instanceof RexInputRef;
      GroupKey origin =
          key instanceof RexInputRef reference && reference.getIndex() == input.bucket()
              ? GroupKey.BUCKET
              : same ? origin(input.columns().get(((RexInputRef) expression).getIndex())) : null;
      expressions.add(key);
      return new Column.Key(expressions.size() - 1, origin);
    }
    if (expression instanceof RexInputRef reference) {
      Column column = input.columns().get(reference.getIndex());
      if (column instanceof Column.Value value && value.condition() >= 0) {
        expressions.add(input.ref(value.condition()));
        return new Column.Value(expressions.size() - 1);
      }
      return column;
    }
    RexNode condition = conditionOfValue(expression, input);
    if (condition == null) {
      return new Column.Lost();
    }
    expressions.add(condition);
    return new Column.Value(expressions.size() - 1);
  }

  private static @Nullable GroupKey origin(Column column) {
    return column instanceof Column.Key key ? key.origin() : null;
  }

  /** The condition of {@code CASE WHEN condition THEN value END}. */
  private @Nullable RexNode conditionOfValue(RexNode expression, Grouped input) {
    if (!expression.isA(SqlKind.CASE) || ((RexCall) expression).getOperands().size() != 3) {
      return null;
    }
    List<RexNode> operands = ((RexCall) expression).getOperands();
    RexNode value =
        RexUtil.removeNullabilityCast(input.rel().getCluster().getTypeFactory(), operands.get(1));
    boolean isValue =
        value instanceof RexInputRef reference
            && input.columns().get(reference.getIndex()) instanceof Column.Value plain
            && plain.condition() < 0;
    return isValue && RexUtil.isNullLiteral(operands.get(2), true)
        ? KeyExpressions.rewrite(operands.get(0), input, bucket)
        : null;
  }

  private @Nullable Grouped filter(Filter filter, Grouped input) {
    RexNode condition = KeyExpressions.rewrite(filter.getCondition(), input, bucket);
    return condition == null
        ? null
        : new Grouped(
            LogicalFilter.create(input.rel(), condition),
            input.columns(),
            input.bucket(),
            input.firstPart(),
            input.isOptional());
  }

  private @Nullable Grouped join(Join join) {
    boolean left = Trees.readsSamples(join.getLeft());
    JoinRelType type = join.getJoinType();
    if (left == Trees.readsSamples(join.getRight()) || (!left && !type.projectsRight())) {
      return null;
    }
    Grouped side = rewrite(left ? join.getLeft() : join.getRight());
    if (side == null) {
      return null;
    }
    RelNode other = left ? join.getRight() : join.getLeft();
    int width = side.rel().getRowType().getFieldCount();
    List<Column> columns = new ArrayList<>();
    if (left) {
      columns.addAll(side.columns());
      addOther(columns, other, width);
    } else {
      addOther(columns, other, 0);
      int by = other.getRowType().getFieldCount();
      side.columns().forEach(column -> columns.add(column.shifted(by)));
    }
    List<RelNode> inputs = left ? List.of(side.rel(), other) : List.of(other, side.rel());
    int by = left ? 0 : other.getRowType().getFieldCount();
    // The condition sees both sides, whatever the join gives: an inner join tells their columns.
    RelNode both =
        join.copy(
            join.getTraitSet(),
            join.getCluster().getRexBuilder().makeLiteral(true),
            inputs.get(0),
            inputs.get(1),
            JoinRelType.INNER,
            false);
    Grouped seen = new Grouped(both, columns, shifted(side.bucket(), by), 0, false);
    RexNode condition = KeyExpressions.rewrite(join.getCondition(), seen, bucket);
    if (condition == null) {
      return null;
    }
    RelNode joined =
        join.copy(join.getTraitSet(), condition, inputs.get(0), inputs.get(1), type, false);
    boolean optional = left ? type.generatesNullsOnLeft() : type.generatesNullsOnRight();
    return new Grouped(
        joined,
        type.projectsRight() ? columns : side.columns(),
        shifted(side.bucket(), by),
        side.firstPart() + by,
        side.isOptional() || optional);
  }

  private static void addOther(List<Column> columns, RelNode other, int by) {
    for (int i = 0; i < other.getRowType().getFieldCount(); i++) {
      columns.add(new Column.Key(i + by, null));
    }
  }

  private static int shifted(int index, int by) {
    return index < 0 ? -1 : index + by;
  }
}
