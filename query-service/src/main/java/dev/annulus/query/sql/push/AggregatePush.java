package dev.annulus.query.sql.push;

import dev.annulus.query.sql.rel.GroupScan;
import dev.annulus.query.sql.rel.StoreScan;
import dev.annulus.query.sql.rel.Trees;
import dev.annulus.query.sql.run.GroupFunction;
import dev.annulus.query.sql.run.GroupKey;
import dev.annulus.query.sql.run.GroupSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** Computes aggregates while scanning where that gives the same rows. */
public final class AggregatePush {
  private final Aggregate aggregate;
  private final @Nullable BucketCall bucket;

  /** Whether groups are made by ts itself, without a bucket. */
  private final boolean isTsKey;

  private AggregatePush(Aggregate aggregate, @Nullable BucketCall bucket, boolean isTsKey) {
    this.aggregate = aggregate;
    this.bucket = bucket;
    this.isTsKey = isTsKey;
  }

  /** The same relation with aggregates in its scans. */
  public static RelNode push(RelNode rel) {
    if (rel instanceof Aggregate aggregate && Trees.readsSamples(aggregate)) {
      RelNode pushed = push(aggregate);
      if (pushed != null) {
        return pushed;
      }
    }
    return Trees.mapInputs(rel, AggregatePush::push);
  }

  private static @Nullable RelNode push(Aggregate aggregate) {
    List<BucketCall> buckets = BucketFinder.find(aggregate.getInput());
    boolean empty = aggregate.getGroupCount() + aggregate.getAggCallList().size() == 0;
    if (aggregate.getGroupType() != Aggregate.Group.SIMPLE || buckets.size() > 1 || empty) {
      return null;
    }
    BucketCall bucket = buckets.isEmpty() ? null : buckets.get(0);
    RelNode pushed = new AggregatePush(aggregate, bucket, false).push();
    if (pushed != null || bucket != null || isJoined(aggregate.getInput())) {
      return pushed;
    }
    BucketCall seconds = BucketCall.ofSeconds(aggregate.getCluster().getRexBuilder());
    return new AggregatePush(aggregate, seconds, true).push();
  }

  private @Nullable RelNode push() {
    Grouped input = grouping(List.of()).rewrite(aggregate.getInput());
    if (input == null) {
      return null;
    }
    List<Column.Key> keys = keys(input);
    List<Term> terms = terms(input);
    if (keys == null || terms == null) {
      return null;
    }
    StoreScan scan = scanBelowProjections(aggregate.getInput());
    if (scan != null && isWhole(keys, terms)) {
      return whole(scan, keys, terms);
    }
    if (isTsKey || !terms.stream().allMatch(Term::isMergeable)) {
      return null; // a group for each sample saves nothing unless it is the answer
    }
    List<GroupFunction> parts =
        terms.stream().flatMap(term -> term.parts().stream()).distinct().toList();
    Grouped grouped = grouping(parts).rewrite(aggregate.getInput());
    // Columns of the other side of a join stand behind the parts, so they are looked up again.
    List<Column.Key> groupedKeys = grouped == null ? null : keys(grouped);
    List<Term> groupedTerms = grouped == null ? null : terms(grouped);
    return grouped == null || groupedKeys == null || groupedTerms == null
        ? null
        : new Merge(aggregate, grouped, parts).of(groupedKeys, groupedTerms);
  }

  /** The keys of the aggregate; null if one needs single samples. */
  private @Nullable List<Column.Key> keys(Grouped input) {
    List<Column.Key> keys = new ArrayList<>();
    for (int column : aggregate.getGroupSet()) {
      if (!(input.columns().get(column) instanceof Column.Key key)) {
        return null;
      }
      keys.add(key);
    }
    return keys;
  }

  /** What is computed for each group; null if something needs single samples. */
  private @Nullable List<Term> terms(Grouped input) {
    List<Term> terms = new ArrayList<>();
    for (var call : aggregate.getAggCallList()) {
      Term term = Term.of(call, aggregate, input.columns());
      if (term == null) {
        return null;
      }
      terms.add(term);
    }
    return terms;
  }

  private Grouping grouping(List<GroupFunction> parts) {
    return new Grouping(bucket, isTsKey, parts);
  }

  /** Whether the groups of the scan are the groups of the aggregate. */
  private static boolean isWhole(List<Column.Key> keys, List<Term> terms) {
    boolean byMetric = keys.stream().anyMatch(key -> key.origin() == GroupKey.METRIC_ID);
    return keys.stream().allMatch(key -> key.origin() != null)
        && (byMetric || terms.stream().allMatch(Term::isMergeable))
        && terms.stream().allMatch(term -> term.conditions().isEmpty());
  }

  private RelNode whole(StoreScan scan, List<Column.Key> keys, List<Term> terms) {
    List<GroupKey> origins = new ArrayList<>();
    for (Column.Key key : keys) {
      if (key.origin() != null) {
        origins.add(key.origin());
      }
    }
    GroupSpec spec = new GroupSpec(origins, terms.stream().map(Term::whole).toList());
    BucketCall used =
        bucket == null ? BucketCall.ofSeconds(scan.getCluster().getRexBuilder()) : bucket;
    List<RexNode> grid = used.grid();
    return GroupScan.of(scan, spec, grid, aggregate.getRowType());
  }

  private static @Nullable StoreScan scanBelowProjections(RelNode rel) {
    if (rel instanceof Project project) {
      return scanBelowProjections(project.getInput());
    }
    return rel instanceof StoreScan scan ? scan : null;
  }

  private static boolean isJoined(RelNode rel) {
    if (rel instanceof Project || rel instanceof Filter) {
      return isJoined(rel.getInput(0));
    }
    return rel instanceof Join;
  }
}
