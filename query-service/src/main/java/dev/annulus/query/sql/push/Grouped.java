package dev.annulus.query.sql.push;

import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexInputRef;

/**
 * A relation over samples, rewritten to one over groups of samples.
 *
 * @param rel the rewritten relation
 * @param columns what has become of the original's columns
 * @param bucket index of the column with the start of the bucket; -1 if there is none
 * @param firstPart index of the first column that holds an aggregate of the group
 * @param isOptional whether a row may come without any sample, from an outer join
 */
record Grouped(RelNode rel, List<Column> columns, int bucket, int firstPart, boolean isOptional) {
  Grouped {
    columns = List.copyOf(columns);
  }

  RexInputRef ref(int index) {
    return rel.getCluster().getRexBuilder().makeInputRef(rel, index);
  }
}
