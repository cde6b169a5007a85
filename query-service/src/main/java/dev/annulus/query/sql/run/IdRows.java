package dev.annulus.query.sql.run;

import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/** A set of ids as rows of one column. */
final class IdRows implements Enumerator<@Nullable Object> {
  private final MetricIdSet ids;
  private int at = -1;

  IdRows(MetricIdSet ids) {
    this.ids = ids;
  }

  @Override
  public Object current() {
    return ids.get(at);
  }

  @Override
  public boolean moveNext() {
    return ++at < ids.size();
  }

  @Override
  public void reset() {
    at = -1;
  }

  @Override
  public void close() {}
}
