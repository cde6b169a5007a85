package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/**
 * Groups of samples as rows: those of a metric once its ring is read if they are kept apart by
 * metric, otherwise all of them at the end.
 */
final class GroupRows implements Enumerator<@Nullable Object> {
  /** Bytes of a group's entry in the table, and of what an aggregate keeps for it. */
  private static final int GROUP = 80;

  private static final int COLUMN = 24;

  private final QueryBudget budget;
  private final GroupSpec spec;
  private final SliceReader reader;
  private final SampleGroups groups;
  private boolean isRead;
  private int at = -1;

  GroupRows(QueryBudget budget, GroupSpec spec, SliceReader reader, @Nullable Grid grid) {
    this.budget = budget;
    this.spec = spec;
    this.reader = reader;
    long bytes = GROUP + (long) COLUMN * spec.columns();
    this.groups = new SampleGroups(spec, grid, count -> budget.hold(count * bytes));
  }

  @Override
  public boolean moveNext() {
    if (++at < groups.size()) {
      return true;
    }
    at = 0;
    if (spec.isByMetric()) {
      return readMetric();
    }
    if (isRead) {
      groups.clear();
      return false;
    }
    readAll();
    return groups.size() > 0;
  }

  @Override
  public @Nullable Object current() {
    return groups.row(at, spec.isByMetric() ? reader.metricId() : -1);
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("a scan is opened anew instead");
  }

  @Override
  public void close() {
    reader.close();
    groups.clear();
  }

  private boolean readMetric() {
    groups.clear();
    while (!isRead && groups.size() == 0) {
      RingSlice next = reader.next();
      if (next == null) {
        isRead = true;
      } else {
        groups.add(next);
      }
    }
    return groups.size() > 0;
  }

  private void readAll() {
    isRead = true;
    if (spec.keys().isEmpty()) {
      groups.beginOnly();
    }
    for (RingSlice next = reader.next(); next != null; next = reader.next()) {
      int before = groups.size();
      groups.add(next);
      budget.takeHeld(groups.size() - before);
    }
  }
}
