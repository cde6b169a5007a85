package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.GroupFunction;
import dev.annulus.query.sql.run.GroupKey;
import dev.annulus.query.sql.run.GroupSpec;
import dev.annulus.query.sql.run.StoreScans;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/**
 * Groups of the samples of a scan, computed while the scan reads: the scan itself gives no rows.
 */
public final class GroupScan extends SingleRel implements EnumerableRel {
  private static final Method GROUPS =
      Arrays.stream(StoreScans.class.getMethods())
          .filter(method -> method.getName().equals("groups"))
          .findFirst()
          .orElseThrow();

  private final GroupSpec spec;
  private final List<RexNode> grid;
  private final RelDataType type;

  private GroupScan(
      RelTraitSet traits, RelNode scan, GroupSpec spec, List<RexNode> grid, RelDataType type) {
    super(scan.getCluster(), traits, scan);
    this.spec = spec;
    this.grid = List.copyOf(grid);
    this.type = type;
  }

  /**
   * Groups of a scan.
   *
   * @param grid step and origin of the buckets; any constants if there are none
   * @param type of a row: the keys, then the functions
   */
  public static GroupScan of(StoreScan scan, GroupSpec spec, List<RexNode> grid, RelDataType type) {
    return new GroupScan(scan.getTraitSet(), scan, spec, grid, type);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new GroupScan(
        traits.replace(EnumerableConvention.INSTANCE), inputs.get(0), spec, grid, type);
  }

  @Override
  protected RelDataType deriveRowType() {
    return type;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    List<String> keys = spec.keys().stream().map(this::shown).toList();
    List<String> functions = spec.functions().stream().map(GroupScan::shown).toList();
    return super.explainTerms(writer)
        .item("keys", String.join(", ", keys))
        .item("aggregates", String.join(", ", functions))
        .itemIf("all", List.of(spec, grid), Trees.isDigest(writer));
  }

  private String shown(GroupKey key) {
    String step = shown(grid.get(0));
    String origin = shown(grid.get(1));
    return key == GroupKey.METRIC_ID
        ? "metric_id"
        : origin.equals("0")
            ? "ts_bucket(ts, %s)".formatted(step)
            : "align_time(ts, %s, %s)".formatted(step, origin);
  }

  private static String shown(GroupFunction function) {
    return function.name().toLowerCase(Locale.ROOT);
  }

  private static String shown(RexNode constant) {
    return constant instanceof RexLiteral literal
        ? String.valueOf(literal.getValue2())
        : constant.toString();
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    BlockBuilder code = new BlockBuilder();
    List<Expression> arguments =
        new ArrayList<>(((StoreScan) getInput()).arguments(implementor, code));
    arguments.add(implementor.stash(spec, GroupSpec.class));
    arguments.addAll(RunConstants.translate(grid, getCluster(), implementor, code));
    code.add(Expressions.return_(null, Expressions.call(GROUPS, arguments)));
    return implementor.result(
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY),
        code.toBlock());
  }
}
