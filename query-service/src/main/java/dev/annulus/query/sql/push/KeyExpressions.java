package dev.annulus.query.sql.push;

import java.util.List;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.jspecify.annotations.Nullable;

/** Rewrites expressions over samples that are the same for all samples of a group. */
final class KeyExpressions extends RexShuttle {
  private final Grouped grouped;
  private final @Nullable BucketCall bucket;
  private final RexBuilder rex;
  private boolean isPossible = true;

  private KeyExpressions(Grouped grouped, @Nullable BucketCall bucket) {
    this.grouped = grouped;
    this.bucket = bucket;
    this.rex = grouped.rel().getCluster().getRexBuilder();
  }

  /** The expression over groups; null if it is not the same for all samples of a group. */
  static @Nullable RexNode rewrite(RexNode node, Grouped grouped, @Nullable BucketCall bucket) {
    KeyExpressions expressions = new KeyExpressions(grouped, bucket);
    RexNode rewritten = node.accept(expressions);
    return expressions.isPossible ? rewritten : null;
  }

  @Override
  public RexNode visitInputRef(RexInputRef reference) {
    if (grouped.columns().get(reference.getIndex()) instanceof Column.Key key) {
      return grouped.ref(key.index());
    }
    isPossible = false;
    return reference;
  }

  @Override
  public RexNode visitCall(RexCall call) {
    BucketCall own = BucketCall.of(call, rex);
    List<Column> columns = grouped.columns();
    if (own != null
        && bucket != null
        && own.isLike(bucket)
        && columns.get(BucketCall.column(call)) instanceof Column.Ts) {
      return grouped.ref(grouped.bucket());
    }
    return super.visitCall(call);
  }

  @Override
  public RexNode visitOver(RexOver over) {
    isPossible = false;
    return over;
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    isPossible = false;
    return query;
  }
}
