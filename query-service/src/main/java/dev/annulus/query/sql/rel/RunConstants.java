package dev.annulus.query.sql.rel;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.RexToLixTranslator;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexProgramBuilder;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;

/** Expressions that are the same throughout a run. */
public final class RunConstants extends RexVisitorImpl<Void> {
  private boolean constant = true;

  private RunConstants() {
    super(true);
  }

  /** Whether an expression depends on literals and parameters only. */
  public static boolean isConstant(RexNode node) {
    RunConstants visitor = new RunConstants();
    node.accept(visitor);
    return visitor.constant;
  }

  /** Code that computes such expressions, each boxed, once for each run. */
  static List<Expression> translate(
      List<RexNode> nodes,
      RelOptCluster cluster,
      EnumerableRelImplementor implementor,
      BlockBuilder code) {
    if (nodes.isEmpty()) {
      return List.of();
    }
    RelDataType noRow = cluster.getTypeFactory().builder().build();
    RexProgramBuilder program = new RexProgramBuilder(noRow, cluster.getRexBuilder());
    for (int i = 0; i < nodes.size(); i++) {
      program.addProject(DoubleComparisons.apply(nodes.get(i), cluster.getRexBuilder()), "v" + i);
    }
    List<Expression> translated =
        RexToLixTranslator.translateProjects(
            program.getProgram(),
            implementor.getTypeFactory(),
            implementor.getConformance(),
            code,
            null,
            null,
            DataContext.ROOT,
            (list, index, type) -> {
              throw new IllegalStateException("a constant refers to a row");
            },
            null);
    return translated.stream()
        .map(value -> (Expression) Expressions.convert_(Expressions.box(value), Object.class))
        .toList();
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
