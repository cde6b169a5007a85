package dev.annulus.query.sql.rel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql2rel.RelFieldTrimmer;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mapping;
import org.apache.calcite.util.mapping.MappingType;
import org.apache.calcite.util.mapping.Mappings;

/** Drops the columns that nothing needs, down to the scans. */
public final class ScanTrimmer extends RelFieldTrimmer {

  public ScanTrimmer(RelBuilder builder) {
    super(null, builder);
  }

  /** Called by reflection for every scan. */
  public TrimResult trimFields(
      StoreScan scan, ImmutableBitSet used, Set<RelDataTypeField> extraFields) {
    int count = scan.getRowType().getFieldCount();
    ImmutableBitSet kept = used.isEmpty() ? ImmutableBitSet.of(0) : used;
    Mapping mapping = Mappings.create(MappingType.INVERSE_SURJECTION, count, kept.cardinality());
    List<Integer> columns = new ArrayList<>();
    for (int column : kept) {
      mapping.set(column, columns.size());
      columns.add(scan.columns().get(column));
    }
    StoreScan trimmed = columns.size() == count ? scan : scan.withColumns(columns);
    RelNode source = scan.source();
    return result(source == null ? trimmed : trimmed.withSource(trim(source)), mapping);
  }
}
