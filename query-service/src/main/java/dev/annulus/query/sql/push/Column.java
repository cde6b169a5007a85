package dev.annulus.query.sql.push;

import dev.annulus.query.sql.run.GroupKey;
import org.jspecify.annotations.Nullable;

/** What has become of a column of samples in a relation of groups of samples. */
sealed interface Column {
  /**
   * The same for all samples of a group.
   *
   * @param index of the column that holds it
   * @param origin the key that it is; null if it is something else
   */
  record Key(int index, @Nullable GroupKey origin) implements Column {}

  /**
   * The value of a sample.
   *
   * @param condition index of a boolean column; the value counts only where that is true; -1 if it
   *     always does
   */
  record Value(int condition) implements Column {}

  /** The ts of a sample. */
  record Ts() implements Column {}

  /** The column is gone: it differs within a group. */
  record Lost() implements Column {}

  /** The same for a relation whose columns stand further right. */
  default Column shifted(int by) {
    if (this instanceof Key key) {
      return new Key(key.index() + by, key.origin());
    }
    return this instanceof Value value && value.condition() >= 0
        ? new Value(value.condition() + by)
        : this;
  }
}
