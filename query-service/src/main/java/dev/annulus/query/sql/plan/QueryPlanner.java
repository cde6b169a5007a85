package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.function.AllowedOperators;
import dev.annulus.query.sql.function.FunctionCatalog;
import dev.annulus.query.sql.plan.PlanMeter.Phase;
import dev.annulus.query.sql.push.AggregatePush;
import dev.annulus.query.sql.rel.DoubleComparisons;
import dev.annulus.query.sql.rel.ScanFilters;
import dev.annulus.query.sql.rel.ScanRanges;
import dev.annulus.query.sql.rel.ScanSources;
import dev.annulus.query.sql.rel.ScanTrimmer;
import dev.annulus.query.sql.syntax.Dialect;
import dev.annulus.query.sql.syntax.SyntaxTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.sql.SqlExplainFormat;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.tools.RelBuilder;

/** Plans queries. Nothing here can be configured by a query. Thread-safe. */
final class QueryPlanner {
  private final JavaTypeFactoryImpl types = new StoreTypes();
  private final Catalog catalog = new Catalog();
  private final SqlOperatorTable operators;
  private final OperatorCheck operatorCheck;
  private final PlanMeter meter;

  QueryPlanner(FunctionCatalog functions, PlanMeter meter) {
    this.meter = meter;
    AllowedOperators allowed = new AllowedOperators(functions);
    this.operators = allowed.table();
    this.operatorCheck = new OperatorCheck(allowed);
  }

  /** The types that plans compute with. */
  JavaTypeFactoryImpl types() {
    return types;
  }

  /**
   * Plans and compiles a query.
   *
   * @param query changed while planning
   * @param check throws when planning must end
   */
  QueryPlan plan(SyntaxTree query, PlanOptions options, Runnable check) {
    return within(
        () -> {
          PhysicalPlan plan = meter.time(Phase.PLAN, () -> physical(query, options, check));
          return meter.time(Phase.COMPILE, () -> compile(plan));
        });
  }

  /** How a query would run: its operators, one a line. */
  String explain(SyntaxTree query, PlanOptions options, Runnable check) {
    return within(
        () -> {
          String plan =
              RelOptUtil.dumpPlan(
                  "",
                  physical(query, options, check).rel(),
                  SqlExplainFormat.TEXT,
                  SqlExplainLevel.EXPPLAN_ATTRIBUTES);
          return PlanText.of(plan, query.skeleton());
        });
  }

  private static <T> T within(Supplier<T> planning) {
    RelMetadataQueryBase.THREAD_PROVIDERS.set(
        JaninoRelMetadataProvider.of(DefaultRelMetadataProvider.INSTANCE));
    try {
      return planning.get();
    } finally {
      RelMetadataQueryBase.THREAD_PROVIDERS.remove();
    }
  }

  private record PhysicalPlan(EnumerableRel rel, List<String> names) {}

  private PhysicalPlan physical(SyntaxTree query, PlanOptions options, Runnable check) {
    CalciteCatalogReader reader = catalog.reader(types);
    SqlValidator validator = new StoreValidator(operators, reader, types, check);
    SqlNode validated = validator.validate(query.root());
    RelDataType resultType = validator.getValidatedNodeType(validated);
    check.run();
    RelRoot root =
        new ParameterConverter(validator, reader, cluster(options, check), check)
            .convertQuery(validated, false, true);
    operatorCheck.check(root.rel);
    EnumerableRel rel = new Physical(check).convert(rewrite(root.project(), options, check));
    return new PhysicalPlan(rel, resultType.getFieldNames());
  }

  private static RelNode rewrite(RelNode query, PlanOptions options, Runnable check) {
    RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(query.getCluster(), null);
    RelNode joins =
        Rewrites.SUB_QUERIES.apply(
            RowMembership.expand(
                SubQueryLift.lift(
                    Alternatives.join(
                        RowlessQueries.inline(
                            GroupedVariables.apply(
                                CheckedArithmetic.apply(DoubleValues.apply(query))))))),
            check);
    RelNode uncorrelated = Decorrelation.apply(joins, builder, check);
    RelNode lowered = Rewrites.pushDown(uncorrelated, check);
    RelNode bound = ScanRanges.bind(ScanSources.bind(ScanFilters.absorb(lowered)));
    RelNode trimmed = new ScanTrimmer(builder).trim(bound);
    RelNode pushed = options.pushAggregates() ? AggregatePush.push(trimmed) : trimmed;
    RelNode refreshed = ColumnNulls.refreshed(pushed);
    return DoubleComparisons.apply(Zeros.unsigned(Rewrites.COMPUTABLE.apply(refreshed, check)));
  }

  private RelOptCluster cluster(PlanOptions options, Runnable check) {
    VolcanoPlanner traits = new VolcanoPlanner(null, Contexts.of(options));
    traits.addRelTraitDef(ConventionTraitDef.INSTANCE);
    RelOptCluster cluster = RelOptCluster.create(traits, new CheckedRexBuilder(types, check));
    cluster.setMetadataQuerySupplier(() -> new StoreMetadata(check));
    return cluster;
  }

  private static QueryPlan compile(PhysicalPlan plan) {
    List<SqlColumn> columns = new ArrayList<>(plan.names().size());
    List<RelDataTypeField> fields = plan.rel().getRowType().getFieldList();
    for (int i = 0; i < plan.names().size(); i++) {
      columns.add(new SqlColumn(plan.names().get(i), ColumnTypes.of(fields.get(i).getType())));
    }
    Map<String, Object> constants = new HashMap<>();
    constants.put("_conformance", Dialect.INSTANCE);
    @SuppressWarnings("unchecked") // rows are whatever the last operator makes
    Bindable<Object> rows =
        EnumerableInterpretable.toBindable(constants, null, plan.rel(), EnumerableRel.Prefer.ARRAY);
    TextPlaces texts = TextPlaces.of(plan.rel());
    return new QueryPlan(columns, rows, constants, texts.count(), texts.longestPadded());
  }
}
