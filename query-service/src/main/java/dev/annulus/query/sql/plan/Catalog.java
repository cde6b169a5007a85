package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlCatalog;
import dev.annulus.query.sql.rel.StoreScan;
import dev.annulus.query.sql.run.StoreTable;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;

/**
 * The tables a query may name: those of the store and nothing else. They can be named with their
 * schema, and with that and their catalog, as tools do that take both from JDBC. Thread-safe.
 */
final class Catalog {
  private final CalciteSchema root = CalciteSchema.createRootSchema(false, false);
  private final CalciteConnectionConfigImpl config;

  Catalog() {
    addTo(root.add(SqlCatalog.SCHEMA, new AbstractSchema()));
    addTo(
        root.add(SqlCatalog.CATALOG, new AbstractSchema())
            .add(SqlCatalog.SCHEMA, new AbstractSchema()));
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    config = new CalciteConnectionConfigImpl(properties);
  }

  private static void addTo(CalciteSchema schema) {
    for (StoreTable table : StoreTable.PUBLIC) {
      schema.add(table.name().toLowerCase(Locale.ROOT), new CatalogTable(table));
    }
  }

  CalciteCatalogReader reader(RelDataTypeFactory types) {
    return new CalciteCatalogReader(root, List.of(SqlCatalog.SCHEMA), types, config);
  }

  private static final class CatalogTable extends AbstractTable implements TranslatableTable {
    private final StoreTable table;

    CatalogTable(StoreTable table) {
      this.table = table;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
      var builder = factory.builder();
      table.columns().forEach(column -> builder.add(column.name(), column.type()));
      return builder.build();
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable relOptTable) {
      boolean requestBound =
          context
              .getCluster()
              .getPlanner()
              .getContext()
              .unwrapOrThrow(PlanOptions.class)
              .requestNamesMetrics();
      return StoreScan.of(context.getCluster(), table, requestBound);
    }
  }
}
