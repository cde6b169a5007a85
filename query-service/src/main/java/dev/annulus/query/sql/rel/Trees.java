package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlExplainLevel;
import org.jspecify.annotations.Nullable;

/** Walks over plans. */
public final class Trees {
  private Trees() {}

  /** The same node on other inputs; itself if none changes. */
  public static RelNode mapInputs(RelNode rel, UnaryOperator<RelNode> change) {
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
  public static boolean readsSamples(RelNode rel) {
    return (rel instanceof StoreScan scan && scan.table() == StoreTable.SAMPLES)
        || rel.getInputs().stream().anyMatch(Trees::readsSamples);
  }

  /**
   * Whether a node is asked for what tells it apart from others, not for what is shown: nodes whose
   * terms and types are equal count as one.
   */
  static boolean isDigest(RelWriter writer) {
    return writer.getDetailLevel() == SqlExplainLevel.DIGEST_ATTRIBUTES;
  }

  /** A projection; {@code names} may be null. */
  public static RelNode project(
      RelNode input, List<RexNode> expressions, @Nullable List<String> names) {
    return LogicalProject.create(input, List.of(), expressions, names, Set.of());
  }
}
