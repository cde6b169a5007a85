package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.rel.IdSource.Cost;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the ids of a column come from, without reading samples. A relation that reads no
 * samples is its own source; in others the column is followed down to what bounds it.
 */
final class IdSources {
  private IdSources() {}

  /** A source of at least the ids of a column; null if nothing bounds them. */
  static @Nullable IdSource of(RelNode rel, int column) {
    if (!Trees.readsSamples(rel)) {
      return new IdSource(project(rel, column), cost(rel));
    }
    if (rel instanceof StoreScan scan) {
      return ofScan(scan, column);
    }
    if (rel instanceof Project project) {
      RexNode expression = project.getProjects().get(column);
      return expression instanceof RexInputRef reference
          ? of(project.getInput(), reference.getIndex())
          : null;
    }
    if (rel instanceof Filter || rel instanceof Sort) {
      return of(rel.getInput(0), column);
    }
    if (rel instanceof Aggregate aggregate) {
      return column < aggregate.getGroupCount()
          ? of(aggregate.getInput(), aggregate.getGroupSet().nth(column))
          : null;
    }
    if (rel instanceof Union union) {
      return ofUnion(union, column);
    }
    return rel instanceof Join join ? ofJoin(join, column) : null;
  }

  private static @Nullable IdSource ofScan(StoreScan scan, int column) {
    if (scan.columns().get(column) != StoreTable.METRIC_ID || !scan.isSelective()) {
      return null;
    }
    List<ScanBound> ids =
        scan.bounds().stream()
            .filter(bound -> bound.column() == StoreTable.METRIC_ID)
            .filter(bound -> bound.operator() == Operator.IN)
            .toList();
    StoreScan source =
        StoreScan.of(scan.getCluster(), StoreTable.METRIC_IDS, scan.isRequestBound());
    return new IdSource(source.withBounds(ids), Cost.CONSTANT);
  }

  private static @Nullable IdSource ofUnion(Union union, int column) {
    List<RelNode> ids = new ArrayList<>();
    Cost cost = Cost.CONSTANT;
    for (RelNode input : union.getInputs()) {
      IdSource source = of(input, column);
      if (source == null) {
        return null;
      }
      ids.add(source.ids());
      cost = source.cost().compareTo(cost) > 0 ? source.cost() : cost;
    }
    return new IdSource(LogicalUnion.create(ids, true), cost);
  }

  private static @Nullable IdSource ofJoin(Join join, int column) {
    int leftColumns = join.getLeft().getRowType().getFieldCount();
    boolean isLeft = column < leftColumns;
    IdSource best = isLeft ? of(join.getLeft(), column) : of(join.getRight(), column - leftColumns);
    IdSource other = partner(join, column);
    if (best == null || other == null) {
      return best == null ? other : best;
    }
    return IdSource.cheaper(best, other);
  }

  /** What the column on the other side of an equality gives; null if the join keeps misfits. */
  static @Nullable IdSource partner(Join join, int column) {
    int leftColumns = join.getLeft().getRowType().getFieldCount();
    boolean isLeft = column < leftColumns;
    if (!boundsSide(join.getJoinType(), isLeft)) {
      return null;
    }
    IdSource best = null;
    var info = join.analyzeCondition();
    for (int i = 0; i < info.leftKeys.size(); i++) {
      int own = isLeft ? info.leftKeys.get(i) : info.rightKeys.get(i) + leftColumns;
      if (own == column) {
        IdSource source =
            isLeft
                ? of(join.getRight(), info.rightKeys.get(i))
                : of(join.getLeft(), info.leftKeys.get(i));
        if (source != null) {
          best = best == null ? source : IdSource.cheaper(best, source);
        }
      }
    }
    return best;
  }

  /** Whether rows of a side without a match on the other can be left out. */
  private static boolean boundsSide(JoinRelType type, boolean left) {
    return switch (type) {
      case INNER, SEMI -> true;
      case LEFT, ANTI -> !left;
      case RIGHT -> left;
      default -> false;
    };
  }

  private static RelNode project(RelNode rel, int column) {
    if (rel.getRowType().getFieldCount() == 1) {
      return rel;
    }
    return LogicalProject.create(
        rel,
        List.of(),
        List.of(rel.getCluster().getRexBuilder().makeInputRef(rel, column)),
        List.of(rel.getRowType().getFieldNames().get(column)),
        java.util.Set.of());
  }

  /** How dear it is to read a relation without samples. */
  private static Cost cost(RelNode rel) {
    if (rel instanceof Values) {
      return Cost.CONSTANT;
    }
    if (rel instanceof StoreScan scan) {
      return scan.table() == StoreTable.METRIC_IDS
          ? Cost.CONSTANT
          : scan.isSelective() ? Cost.INDEXED : Cost.LISTING;
    }
    Cost cost = null;
    boolean anySide =
        rel instanceof Join join
            && (join.getJoinType() == JoinRelType.INNER || join.getJoinType() == JoinRelType.SEMI);
    for (RelNode input : rel.getInputs()) {
      Cost other = cost(input);
      boolean take = cost == null || (other.compareTo(cost) < 0) == anySide;
      cost = take ? other : cost;
    }
    return cost == null ? Cost.LISTING : cost;
  }
}
