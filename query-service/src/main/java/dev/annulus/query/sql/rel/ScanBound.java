package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.ScanSpec.BoundShape;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import java.util.List;
import org.apache.calcite.rex.RexNode;

/**
 * A comparison of a scan's column with values that are the same throughout a run.
 *
 * @param column of the table
 * @param operator how it is compared
 * @param values literals, parameters and what can be computed of them; one unless the operator is
 *     {@code IN}
 */
public record ScanBound(int column, Operator operator, List<RexNode> values) {

  public ScanBound {
    values = List.copyOf(values);
  }

  BoundShape shape() {
    return new BoundShape(column, operator, values.size());
  }

  @Override
  public String toString() {
    String first = String.valueOf(values.get(0));
    return operator == Operator.IN
        ? "in " + (values.size() <= 8 ? values.toString() : values.size() + " values")
        : operator.symbol() + " " + first;
  }
}
