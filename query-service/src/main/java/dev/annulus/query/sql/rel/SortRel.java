package dev.annulus.query.sql.rel;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableLimitSort;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.EnumerableSort;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.linq4j.tree.MethodCallExpression;
import org.apache.calcite.linq4j.tree.Shuttle;
import org.apache.calcite.linq4j.tree.Types;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.BuiltInMethod;
import org.jspecify.annotations.Nullable;

/**
 * Sorting. Calcite compares a single key as a decimal number, which is slow and fails for NaN and
 * infinities; here it is compared as what it is.
 */
public final class SortRel {
  private static final Method KEYS =
      Types.lookupMethod(SortRel.class, "keys", boolean.class, boolean.class);

  private SortRel() {}

  /** All rows, sorted. */
  public static RelNode all(RelNode input, RelCollation collation) {
    return new All(input.getCluster(), traits(input, collation), input, collation);
  }

  /** The first rows, or those after an offset. */
  public static RelNode some(
      RelNode input, RelCollation collation, @Nullable RexNode offset, RexNode fetch) {
    return new Some(input.getCluster(), traits(input, collation), input, collation, offset, fetch);
  }

  private static RelTraitSet traits(RelNode input, RelCollation collation) {
    return input.getTraitSet().replace(EnumerableConvention.INSTANCE).replace(collation);
  }

  /**
   * Compares the keys of rows, which are of one type, in ascending or descending order. NaN is the
   * largest double; nulls have their own place. Called by compiled queries.
   */
  public static Comparator<Comparable<Object>> keys(boolean nullsFirst, boolean descending) {
    Comparator<Comparable<Object>> values =
        descending ? (a, b) -> b.compareTo(a) : (a, b) -> a.compareTo(b);
    return nullsFirst ? Comparator.nullsFirst(values) : Comparator.nullsLast(values);
  }

  private static EnumerableRel.Result withKeys(
      EnumerableRelImplementor implementor, EnumerableRel.Result result) {
    return implementor.result(result.physType, result.block.accept(new OwnComparator()));
  }

  private static final class OwnComparator extends Shuttle {
    @Override
    public Expression visit(
        MethodCallExpression call, @Nullable Expression target, List<Expression> arguments) {
      return call.method.equals(BuiltInMethod.NULLS_COMPARATOR.method)
          ? Expressions.call(KEYS, arguments)
          : super.visit(call, target, arguments);
    }
  }

  private static final class All extends EnumerableSort {
    All(RelOptCluster cluster, RelTraitSet traits, RelNode input, RelCollation collation) {
      super(cluster, traits, input, collation, null, null);
    }

    @Override
    public EnumerableSort copy(
        RelTraitSet traits,
        RelNode input,
        RelCollation collation,
        @Nullable RexNode offset,
        @Nullable RexNode fetch) {
      return new All(getCluster(), traits, input, collation);
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
      return withKeys(implementor, super.implement(implementor, prefer));
    }
  }

  private static final class Some extends EnumerableLimitSort {
    Some(
        RelOptCluster cluster,
        RelTraitSet traits,
        RelNode input,
        RelCollation collation,
        @Nullable RexNode offset,
        @Nullable RexNode fetch) {
      super(cluster, traits, input, collation, offset, fetch);
    }

    @Override
    public EnumerableLimitSort copy(
        RelTraitSet traits,
        RelNode input,
        RelCollation collation,
        @Nullable RexNode offset,
        @Nullable RexNode fetch) {
      return new Some(getCluster(), traits, input, collation, offset, fetch);
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
      return withKeys(implementor, super.implement(implementor, prefer));
    }
  }
}
