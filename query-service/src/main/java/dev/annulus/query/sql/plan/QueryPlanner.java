package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.api.SqlColumn;
import dev.annulus.query.sql.function.AllowedOperators;
import dev.annulus.query.sql.function.FunctionCatalog;
import dev.annulus.query.sql.parse.Dialect;
import dev.annulus.query.sql.parse.LiteralTyping;
import dev.annulus.query.sql.rel.ScanFilters;
import dev.annulus.query.sql.rel.ScanSources;
import dev.annulus.query.sql.rel.ScanTrimmer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.JaninoRelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataQueryBase;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.sql.SqlExplainFormat;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.tools.RelBuilder;

/** Plans queries. Nothing here can be configured by a query. Thread-safe. */
public final class QueryPlanner {
  private static final int NEVER_A_JOIN = Integer.MAX_VALUE;

  private final JavaTypeFactoryImpl types = new StoreTypes();
  private final Catalog catalog = new Catalog();
  private final SqlOperatorTable operators;
  private final LiteralTyping literals;
  private final OperatorCheck operatorCheck;

  public QueryPlanner(FunctionCatalog functions) {
    AllowedOperators allowed = new AllowedOperators(functions);
    this.operators = allowed.table();
    this.operatorCheck = new OperatorCheck(allowed);
    this.literals = new LiteralTyping(functions.names());
  }

  /** The types that plans compute with. */
  public JavaTypeFactoryImpl types() {
    return types;
  }

  /**
   * Plans and compiles a query.
   *
   * @param query parsed; changed while planning
   * @param check throws when planning must end
   */
  public QueryPlan plan(SqlNode query, PlanOptions options, Runnable check) {
    literals.apply(query);
    CalciteCatalogReader reader = catalog.reader(types);
    SqlValidator validator = validator(reader);
    SqlNode validated = validator.validate(query);
    RelDataType resultType = validator.getValidatedNodeType(validated);
    check.run();
    RelOptCluster cluster = cluster(options);
    RelMetadataQueryBase.THREAD_PROVIDERS.set(
        JaninoRelMetadataProvider.of(DefaultRelMetadataProvider.INSTANCE));
    try {
      RelRoot root = converter(validator, reader, cluster).convertQuery(validated, false, true);
      operatorCheck.check(root.rel);
      EnumerableRel physical = new Physical(check).convert(rewrite(root.project(), check));
      return compile(physical, resultType.getFieldNames());
    } finally {
      RelMetadataQueryBase.THREAD_PROVIDERS.remove();
    }
  }

  private static RelNode rewrite(RelNode query, Runnable check) {
    RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(query.getCluster(), null);
    RelNode joins = Rewrites.SUB_QUERIES.apply(query, check);
    RelNode uncorrelated = RelDecorrelator.decorrelateQuery(joins, builder);
    RelNode pushed = Rewrites.PUSH_DOWN.apply(uncorrelated, check);
    RelNode bound = ScanSources.bind(ScanFilters.absorb(pushed));
    RelNode trimmed = new ScanTrimmer(builder).trim(bound);
    return Rewrites.COMPUTABLE.apply(trimmed, check);
  }

  private SqlValidator validator(CalciteCatalogReader reader) {
    return SqlValidatorUtil.newValidator(
        operators,
        reader,
        types,
        SqlValidator.Config.DEFAULT
            .withConformance(Dialect.INSTANCE)
            .withIdentifierExpansion(true)
            .withTypeCoercionEnabled(true));
  }

  private RelOptCluster cluster(PlanOptions options) {
    VolcanoPlanner traits = new VolcanoPlanner(null, Contexts.of(options));
    traits.addRelTraitDef(ConventionTraitDef.INSTANCE);
    return RelOptCluster.create(traits, new RexBuilder(types));
  }

  private static SqlToRelConverter converter(
      SqlValidator validator, CalciteCatalogReader reader, RelOptCluster cluster) {
    return new SqlToRelConverter(
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
            .withInSubQueryThreshold(NEVER_A_JOIN));
  }

  private static QueryPlan compile(EnumerableRel physical, List<String> names) {
    List<SqlColumn> columns = new ArrayList<>(names.size());
    List<RelDataTypeField> fields = physical.getRowType().getFieldList();
    for (int i = 0; i < names.size(); i++) {
      columns.add(new SqlColumn(names.get(i), ColumnTypes.of(fields.get(i).getType())));
    }
    Map<String, Object> constants = new HashMap<>();
    constants.put("_conformance", Dialect.INSTANCE);
    @SuppressWarnings("unchecked") // rows are whatever the last operator makes
    Bindable<Object> rows =
        EnumerableInterpretable.toBindable(constants, null, physical, EnumerableRel.Prefer.ARRAY);
    String explanation =
        RelOptUtil.dumpPlan(
            "", physical, SqlExplainFormat.TEXT, SqlExplainLevel.EXPPLAN_ATTRIBUTES);
    return new QueryPlan(columns, rows, Map.copyOf(constants), explanation);
  }
}
