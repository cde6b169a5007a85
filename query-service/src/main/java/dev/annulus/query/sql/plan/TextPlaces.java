package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.MethodOperator;
import dev.annulus.query.sql.rel.RowWeight;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/** What a plan makes texts with. Not thread-safe. */
final class TextPlaces extends RexShuttle {
  private int count;
  private int longestPadded;

  private TextPlaces() {}

  static TextPlaces of(RelNode plan) {
    TextPlaces places = new TextPlaces();
    places.visit(plan);
    return places;
  }

  /** How many expressions give texts. */
  int count() {
    return count;
  }

  /** Characters of the longest text that a cast fills up with blanks. */
  int longestPadded() {
    return longestPadded;
  }

  private void visit(RelNode rel) {
    rel.accept(this);
    rel.getInputs().forEach(this::visit);
  }

  @Override
  public RexNode visitCall(RexCall call) {
    if (RowWeight.isText(call.getType())) {
      count++;
      boolean pads = call.isA(SqlKind.CAST) || call.getOperator().equals(MethodOperator.PADDED);
      if (pads && call.getType().getSqlTypeName() == SqlTypeName.CHAR) {
        longestPadded = Math.max(longestPadded, call.getType().getPrecision());
      }
    }
    return super.visitCall(call);
  }
}
