package dev.annulus.query.sql.push;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;

/** Collects the ways that time is cut into buckets below an aggregate. */
final class BucketFinder extends RexVisitorImpl<Void> {
  private final RexBuilder rex;
  private final List<BucketCall> found = new ArrayList<>();

  private BucketFinder(RexBuilder rex) {
    super(true);
    this.rex = rex;
  }

  /** Those that differ. */
  static List<BucketCall> find(RelNode rel) {
    BucketFinder finder = new BucketFinder(rel.getCluster().getRexBuilder());
    finder.look(rel);
    return finder.found;
  }

  private void look(RelNode rel) {
    if (rel instanceof Project project) {
      visitEach(project.getProjects());
    } else if (rel instanceof Filter filter) {
      visit(filter.getCondition());
    } else if (rel instanceof Join join) {
      visit(join.getCondition());
    } else {
      return;
    }
    rel.getInputs().forEach(this::look);
  }

  private void visit(RexNode node) {
    node.accept(this);
  }

  @Override
  public Void visitCall(RexCall call) {
    BucketCall bucket = BucketCall.of(call, rex);
    if (bucket == null) {
      return super.visitCall(call);
    }
    if (found.stream().noneMatch(bucket::isLike)) {
      found.add(bucket);
    }
    return null;
  }
}
