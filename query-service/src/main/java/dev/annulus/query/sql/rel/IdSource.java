package dev.annulus.query.sql.rel;

import org.apache.calcite.rel.RelNode;

/**
 * Where a set of metric ids can be read that holds at least all ids a column can have.
 *
 * @param ids one column of ids, maybe with duplicates; reads no samples
 * @param cost how much reading it costs
 */
record IdSource(RelNode ids, Cost cost) {

  /** From cheap to dear. */
  enum Cost {
    /** Values of the query or of the request. */
    CONSTANT,
    /** Metadata found by an index. */
    INDEXED,
    /** All metadata. */
    LISTING
  }

  static IdSource cheaper(IdSource a, IdSource b) {
    return b.cost.compareTo(a.cost) < 0 ? b : a;
  }
}
