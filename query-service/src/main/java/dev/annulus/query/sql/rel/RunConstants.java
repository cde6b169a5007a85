package dev.annulus.query.sql.rel;

import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;

/** Tells which expressions are the same throughout a run. */
final class RunConstants extends RexVisitorImpl<Void> {
  private boolean constant = true;

  private RunConstants() {
    super(true);
  }

  /** Whether an expression depends on literals and parameters only. */
  static boolean isConstant(RexNode node) {
    RunConstants visitor = new RunConstants();
    node.accept(visitor);
    return visitor.constant;
  }

  @Override
  public Void visitInputRef(RexInputRef reference) {
    return no();
  }

  @Override
  public Void visitCorrelVariable(RexCorrelVariable variable) {
    return no();
  }

  @Override
  public Void visitOver(RexOver over) {
    return no();
  }

  @Override
  public Void visitSubQuery(RexSubQuery query) {
    return no();
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private Void no() {
    constant = false;
    return null;
  }
}
