package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.rel.IdSource.Cost;
import dev.annulus.query.sql.run.StoreTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.jspecify.annotations.Nullable;

/**
 * Gives scans without ids of their own the ids of what they are joined with: a join with a selector
 * map, with metrics or with tags then reads only the rings that can match. The join itself stays;
 * the ids merely keep rows away that it would drop.
 *
 * <p>Ids are handed down from a join to the scans on its sides, through every operator that a
 * filter on the same column could be pushed through.
 */
public final class ScanSources {
  private ScanSources() {}

  /** The same relation with sources in its scans. */
  public static RelNode bind(RelNode rel) {
    return visit(rel, Map.of());
  }

  /** Binds below a node, given sources that bound some of its columns. */
  private static RelNode visit(RelNode rel, Map<Integer, IdSource> known) {
    if (rel instanceof StoreScan scan) {
      return visitScan(scan, known);
    }
    if (rel instanceof Join join) {
      return visitJoin(join, known);
    }
    Map<Integer, IdSource> below = below(rel, known);
    return Trees.mapInputs(rel, input -> visit(input, below));
  }

  private static RelNode visitScan(StoreScan scan, Map<Integer, IdSource> known) {
    int column = scan.columns().indexOf(StoreTable.METRIC_ID);
    IdSource source = known.get(column);
    if (source == null
        || scan.source() != null
        || !isWorth(scan, source.cost())
        || isSame(scan, source.ids())) {
      return scan;
    }
    return scan.withSource(bind(source.ids()));
  }

  /** Whether reading a source costs less than what it saves. */
  private static boolean isWorth(StoreScan scan, Cost cost) {
    return switch (scan.table()) {
      case SAMPLES -> !scan.isSelective() || cost != Cost.LISTING;
      case METRICS, METRIC_TAGS -> !scan.isSelective() && cost != Cost.LISTING;
      case METRIC_IDS -> false;
    };
  }

  /** Whether a source holds just the ids that the scan is bound to anyway. */
  private static boolean isSame(StoreScan scan, RelNode source) {
    return source instanceof StoreScan ids
        && ids.table() == StoreTable.METRIC_IDS
        && scan.bounds().containsAll(ids.bounds());
  }

  private static RelNode visitJoin(Join join, Map<Integer, IdSource> known) {
    Map<Integer, IdSource> all = new HashMap<>(known);
    int leftColumns = join.getLeft().getRowType().getFieldCount();
    var info = join.analyzeCondition();
    for (int i = 0; i < info.leftKeys.size(); i++) {
      int left = info.leftKeys.get(i);
      int right = info.rightKeys.get(i) + leftColumns;
      share(all, join.getJoinType(), left, right);
      add(all, left, IdSources.partner(join, left));
      add(all, right, IdSources.partner(join, right));
    }
    Map<Integer, IdSource> rightSide = new HashMap<>();
    all.forEach(
        (column, source) -> {
          if (column >= leftColumns) {
            rightSide.put(column - leftColumns, source);
          }
        });
    RelNode left = visit(join.getLeft(), all);
    RelNode right = visit(join.getRight(), rightSide);
    return left == join.getLeft() && right == join.getRight()
        ? join
        : join.copy(join.getTraitSet(), List.of(left, right));
  }

  /** Equal columns have the same ids, on sides whose misfits the join drops. */
  private static void share(Map<Integer, IdSource> known, JoinRelType type, int left, int right) {
    IdSource ofLeft = known.get(left);
    if (type != JoinRelType.LEFT && type != JoinRelType.ANTI && type != JoinRelType.FULL) {
      add(known, left, known.get(right));
    }
    if (type != JoinRelType.RIGHT && type != JoinRelType.FULL) {
      add(known, right, ofLeft);
    }
  }

  private static void add(Map<Integer, IdSource> known, int column, @Nullable IdSource source) {
    if (source != null) {
      known.merge(column, source, IdSource::cheaper);
    }
  }

  /** The sources that hold for the same values in a node's inputs. */
  private static Map<Integer, IdSource> below(RelNode rel, Map<Integer, IdSource> known) {
    if (rel instanceof Filter || rel instanceof SetOp) {
      return known;
    }
    if (rel instanceof Sort sort) {
      return sort.fetch == null && sort.offset == null ? known : Map.of();
    }
    Map<Integer, IdSource> below = new HashMap<>();
    if (rel instanceof Project project) {
      known.forEach((column, source) -> putBelow(project, column, source, below));
    } else if (rel instanceof Aggregate aggregate
        && aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
      known.forEach(
          (column, source) -> {
            if (column < aggregate.getGroupCount()) {
              below.put(aggregate.getGroupSet().nth(column), source);
            }
          });
    }
    return below;
  }

  private static void putBelow(
      Project project, int column, IdSource source, Map<Integer, IdSource> below) {
    if (column >= 0
        && column < project.getProjects().size()
        && project.getProjects().get(column) instanceof RexInputRef reference
        && isPartition(project, reference)) {
      below.put(reference.getIndex(), source);
    }
  }

  /** Whether every window of a projection keeps rows with different values of a column apart. */
  private static boolean isPartition(Project project, RexInputRef column) {
    boolean[] apart = {true};
    for (RexNode expression : project.getProjects()) {
      expression.accept(
          new org.apache.calcite.rex.RexVisitorImpl<Void>(true) {
            @Override
            @SuppressWarnings("NullAway") // Void has no other value
            public Void visitOver(RexOver over) {
              apart[0] &= over.getWindow().partitionKeys.contains(column);
              return null;
            }
          });
    }
    return apart[0];
  }
}
