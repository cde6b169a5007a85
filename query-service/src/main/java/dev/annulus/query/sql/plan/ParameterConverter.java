package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.syntax.Parameter;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.jspecify.annotations.Nullable;

/** Translates trees whose literals are {@link Parameter}s. */
final class ParameterConverter extends SqlToRelConverter {
  private static final int NEVER_A_JOIN = Integer.MAX_VALUE;

  private final Runnable check;

  ParameterConverter(
      SqlValidator validator, CalciteCatalogReader reader, RelOptCluster cluster, Runnable check) {
    super(
        (rowType, sql, schemaPath, viewPath) -> {
          throw new IllegalStateException("there are no views");
        },
        validator,
        reader,
        cluster,
        new FunctionConvertlets(),
        SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(false)
            .withInSubQueryThreshold(NEVER_A_JOIN)
            // Expressions with correlated sub-queries would lose the projection they refer to, and
            // Calcite takes an IN (SELECT …) that can be null for one that cannot. Where groups are
            // known to be a row each, it would take grouping(…) for another type.
            .addRelBuilderConfigTransform(
                builder -> builder.withBloat(-1).withSimplify(false).withAggregateUnique(true)));
    this.check = check;
  }

  @Override
  protected @Nullable RexNode convertExtendedExpression(SqlNode node, Blackboard bb) {
    check.run();
    if (!(node instanceof Parameter parameter)) {
      return null;
    }
    RexBuilder rex = bb.getRexBuilder();
    RelDataType type =
        parameter.isList()
            ? rex.getTypeFactory().createSqlType(SqlTypeName.ANY)
            : parameter.createSqlType(rex.getTypeFactory());
    return rex.makeDynamicParam(type, parameter.number());
  }
}
