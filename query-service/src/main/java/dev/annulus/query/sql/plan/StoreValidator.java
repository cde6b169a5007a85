package dev.annulus.query.sql.plan;

import static org.apache.calcite.util.Static.RESOURCE;

import dev.annulus.query.sql.syntax.Dialect;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.AggregatingScope;
import org.apache.calcite.sql.validate.SelectNamespace;
import org.apache.calcite.sql.validate.SqlMonotonicity;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.jspecify.annotations.Nullable;

/**
 * Calcite's validator, but it asks again and again whether it may go on, and does not follow how
 * columns of sub-queries ascend: for {@code x + x} of {@code x + x} of … that takes twice as long
 * with each step, and only streams need it.
 */
final class StoreValidator extends SqlValidatorImpl {
  /** Where a window has that operand, which nothing returns. */
  private static final int ALLOW_PARTIAL = 7;

  private final Runnable check;
  private final Set<SqlCall> windowed = Collections.newSetFromMap(new IdentityHashMap<>());

  StoreValidator(
      SqlOperatorTable operators,
      SqlValidatorCatalogReader reader,
      RelDataTypeFactory types,
      Runnable check) {
    super(
        operators,
        reader,
        types,
        Config.DEFAULT
            .withConformance(Dialect.INSTANCE)
            .withIdentifierExpansion(true)
            .withTypeCoercionEnabled(true)
            .withTypeCoercionFactory(TimeCoercion::new));
    this.check = check;
  }

  @Override
  public RelDataType deriveType(SqlValidatorScope scope, SqlNode expression) {
    check.run();
    return super.deriveType(scope, expression);
  }

  @Override
  protected @Nullable SqlNode performUnconditionalRewrites(
      @Nullable SqlNode node, boolean underFrom) {
    SqlNode rewritten = super.performUnconditionalRewrites(node, underFrom);
    if (rewritten instanceof SqlSelect select && isAggregate(select)) {
      OuterColumns.wrap(select);
    }
    return rewritten;
  }

  /** As Calcite does it, except that windows in sub-queries are none of HAVING itself. */
  @Override
  protected void validateHavingClause(SqlSelect select) {
    SqlNode having = select.getHaving();
    if (having == null || hasWindow(having, false) || !hasWindow(having, true)) {
      super.validateHavingClause(select);
      return;
    }
    AggregatingScope scope = (AggregatingScope) getSelectScope(select);
    inferUnknownTypes(getTypeFactory().createSqlType(SqlTypeName.BOOLEAN), scope, having);
    scope.checkAggregateExpr(having, true);
    having.validate(this, scope);
    if (!SqlTypeUtil.inBooleanFamily(deriveType(scope, having))) {
      throw newValidationError(having, RESOURCE.havingMustBeBoolean());
    }
  }

  private static boolean hasWindow(SqlNode node, boolean inSubQueries) {
    if (node.getKind() == SqlKind.OVER) {
      return true;
    }
    List<SqlNode> parts =
        node instanceof SqlNodeList list
            ? list.getList()
            : node instanceof SqlCall call ? call.getOperandList() : List.of();
    return (inSubQueries || !node.isA(SqlKind.QUERY))
        && parts.stream().anyMatch(part -> part != null && hasWindow(part, inSubQueries));
  }

  /** A function with a window belongs to the query that it stands in, whatever its columns. */
  @Override
  public void validateWindow(SqlNode window, SqlValidatorScope scope, @Nullable SqlCall call) {
    if (call != null) {
      windowed.add(call);
    }
    super.validateWindow(window, scope, call);
  }

  /** As Calcite does it, which takes frames for empty by their bounds alone. */
  @Override
  public SqlWindow resolveWindow(SqlNode window, SqlValidatorScope scope) {
    SqlWindow resolved = super.resolveWindow(window, scope);
    SqlLiteral exclusion = resolved.getExclude();
    return exclusion == null || SqlWindow.isExcludeNoOthers(exclusion)
        ? resolved
        : new SqlWindow(
            resolved.getParserPosition(),
            resolved.getDeclName(),
            resolved.getRefName(),
            resolved.getPartitionList(),
            resolved.getOrderList(),
            SqlLiteral.createBoolean(resolved.isRows(), resolved.getParserPosition()),
            resolved.getLowerBound(),
            resolved.getUpperBound(),
            (SqlLiteral) resolved.getOperandList().get(ALLOW_PARTIAL),
            exclusion) {
          @Override
          public boolean isAlwaysNonEmpty() {
            return false;
          }
        };
  }

  @Override
  public void validateAggregateParams(
      SqlCall call,
      @Nullable SqlNode filter,
      @Nullable SqlNodeList distinct,
      @Nullable SqlNodeList order,
      SqlValidatorScope scope) {
    if (!windowed.contains(call)) {
      OuterAggregates.refuse(call, filter, scope, getCatalogReader().nameMatcher());
    }
    super.validateAggregateParams(call, filter, distinct, order, scope);
  }

  @Override
  protected SelectNamespace createSelectNamespace(SqlSelect select, SqlNode enclosing) {
    return new SelectNamespace(this, select, enclosing) {
      @Override
      public SqlMonotonicity getMonotonicity(String column) {
        return SqlMonotonicity.NOT_MONOTONIC;
      }
    };
  }
}
