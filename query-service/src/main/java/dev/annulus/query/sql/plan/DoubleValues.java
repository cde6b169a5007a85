package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableList;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Makes the 2 of {@code VALUES (2), (1.5)} a double like its neighbours. Calcite compares the rows
 * to find out how they are ordered, and fails where a column has literals of two classes.
 */
final class DoubleValues extends RexShuttle {
  private DoubleValues() {}

  static RelNode apply(RelNode rel) {
    return rel instanceof Values values
        ? doubles(values)
        : Trees.mapInputs(rel, DoubleValues::apply).accept(new DoubleValues());
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
    RelNode rel = apply(changed.rel);
    return rel == changed.rel ? changed : changed.clone(rel);
  }

  private static RelNode doubles(Values values) {
    RexBuilder rex = values.getCluster().getRexBuilder();
    List<ImmutableList<RexLiteral>> rows = new ArrayList<>();
    boolean changed = false;
    for (ImmutableList<RexLiteral> row : values.getTuples()) {
      List<RexLiteral> literals = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        RexLiteral literal = row.get(i);
        RelDataType type = values.getRowType().getFieldList().get(i).getType();
        boolean other =
            SqlTypeUtil.isApproximateNumeric(type)
                && literal.getValue() instanceof Number
                && !(literal.getValue() instanceof Double);
        literals.add(other ? asDouble(rex, literal, type) : literal);
        changed |= other;
      }
      rows.add(ImmutableList.copyOf(literals));
    }
    return changed
        ? LogicalValues.create(values.getCluster(), values.getRowType(), ImmutableList.copyOf(rows))
        : values;
  }

  private static RexLiteral asDouble(RexBuilder rex, RexLiteral literal, RelDataType type) {
    double value = ((Number) literal.getValue()).doubleValue();
    return (RexLiteral) rex.makeLiteral(value, type, false);
  }
}
