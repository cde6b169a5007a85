package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.Guard;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.type.RelDataType;

/** Passes rows on through a guard. Plans are shown without it. */
public final class WatchedRows extends SingleRel implements EnumerableRel {
  /** Bytes of two numbers in arrays that double when they are full. */
  private static final long COLLECTED = 48;

  /** The method of {@link Guard}. */
  private final String how;

  /** Its arguments between the run and the rows. */
  private final List<Expression> arguments;

  private WatchedRows(RelTraitSet traits, RelNode input, String how, List<Expression> arguments) {
    super(input.getCluster(), traits, input);
    this.how = how;
    this.arguments = arguments;
  }

  private static WatchedRows of(RelNode input, String how, List<Expression> arguments) {
    return new WatchedRows(input.getTraitSet(), input, how, arguments);
  }

  /** The rows of an operator, on their way to one that keeps none. */
  public static WatchedRows passed(RelNode input) {
    return of(input, "watch", List.of(Expressions.constant(Guard.PASSED)));
  }

  /** The rows of a join. */
  public static WatchedRows joined(RelNode input) {
    return of(input, "watch", List.of(Expressions.constant(Guard.JOINED)));
  }

  /** The rows of an operator, which the next one keeps. */
  public static WatchedRows held(RelNode input) {
    return of(input, "hold", weight(input));
  }

  /** The rows of an operator, of each of which the next one keeps two numbers. */
  public static WatchedRows collected(RelNode input) {
    return of(
        input,
        "hold",
        List.of(Expressions.constant(COLLECTED), Expressions.newArrayInit(int.class, List.of())));
  }

  /** The rows of an operator, of which the next one keeps some at a time. */
  public static WatchedRows top(RelNode input, long most) {
    return of(input, "top", and(most, weight(input)));
  }

  /** The rows of an operator, which a window keeps together with what it computes. */
  public static WatchedRows windowed(RelNode input, RelDataType output) {
    RowWeight weight = RowWeight.of(input.getRowType());
    return of(input, "hold", weight(weight.bytes() + RowWeight.of(output).bytes(), weight.texts()));
  }

  /** The rows of an operator, read once however often they are asked for. */
  public static WatchedRows kept(RelNode input) {
    return of(input, "keep", weight(input));
  }

  private static List<Expression> and(long number, List<Expression> others) {
    List<Expression> all = new ArrayList<>();
    all.add(Expressions.constant(number));
    all.addAll(others);
    return all;
  }

  private static List<Expression> weight(RelNode input) {
    RowWeight weight = RowWeight.of(input.getRowType());
    return weight(weight.bytes(), weight.texts());
  }

  private static List<Expression> weight(long bytes, List<Integer> texts) {
    List<Expression> columns = new ArrayList<>();
    texts.forEach(column -> columns.add(Expressions.constant(column)));
    return List.of(Expressions.constant(bytes), Expressions.newArrayInit(int.class, columns));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new WatchedRows(
        traits.replace(EnumerableConvention.INSTANCE), inputs.get(0), how, arguments);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("how", how).item("arguments", arguments.toString());
  }

  @Override
  public void explain(RelWriter writer) {
    getInput().explain(writer);
  }

  /** As arrays: the guard looks into them. */
  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    Result input = implementor.visitChild(this, 0, (EnumerableRel) getInput(), Prefer.ARRAY);
    BlockBuilder code = new BlockBuilder();
    Expression rows = code.append("rows", input.block);
    List<Expression> all = new ArrayList<>();
    all.add(DataContext.ROOT);
    all.addAll(arguments);
    all.add(rows);
    code.add(Expressions.return_(null, Expressions.call(method(how), all)));
    return implementor.result(input.physType, code.toBlock());
  }

  private static Method method(String name) {
    return Arrays.stream(Guard.class.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
