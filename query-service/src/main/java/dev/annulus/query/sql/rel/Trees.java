package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;

/** Walks over plans. */
final class Trees {
  private Trees() {}

  /** The same node on other inputs; itself if none changes. */
  static RelNode mapInputs(RelNode rel, UnaryOperator<RelNode> change) {
    List<RelNode> inputs = new ArrayList<>(rel.getInputs().size());
    boolean changed = false;
    for (RelNode input : rel.getInputs()) {
      RelNode other = change.apply(input);
      inputs.add(other);
      changed |= other != input;
    }
    return changed ? rel.copy(rel.getTraitSet(), inputs) : rel;
  }

  /** Whether samples are read anywhere below. */
  static boolean readsSamples(RelNode rel) {
    return (rel instanceof StoreScan scan && scan.table() == StoreTable.SAMPLES)
        || rel.getInputs().stream().anyMatch(Trees::readsSamples);
  }
}
