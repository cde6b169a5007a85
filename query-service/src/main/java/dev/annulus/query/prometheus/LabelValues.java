package dev.annulus.query.prometheus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annulus.promql.series.Labels;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.store.MetricSearch;
import dev.annulus.store.MetricSearch.IndexVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of labels, remembered until series are created or deleted: those who type a query ask
 * for them at every letter, and each is an entry of the index. Thread-safe.
 */
public final class LabelValues {
  /** Of a value beside its characters. */
  private static final int VALUE_BYTES = 60;

  private final MetricSearch search;
  private final long mostBytes;
  private final Cache<String, Kept> kept;

  /**
   * @param mostBytes memory of all values that are remembered, estimated
   */
  LabelValues(MetricSearch search, long mostBytes) {
    this.search = search;
    this.mostBytes = Math.min(mostBytes, Integer.MAX_VALUE);
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(this.mostBytes)
            .weigher((String label, Kept values) -> values.bytes)
            .build();
  }

  /** All values of a label; {@link #bytes} is changed by its reader alone, before it is shared. */
  private static final class Kept {
    private final IndexVersion version;
    private final List<String> values = new ArrayList<>();
    private int bytes = VALUE_BYTES;

    Kept(IndexVersion version) {
      this.version = version;
    }

    /** False if all values would take more than there is. */
    boolean add(String value, long most) {
      long more = bytes + VALUE_BYTES + 2L * value.length();
      if (more > most) {
        return false;
      }
      bytes = (int) more;
      return values.add(value);
    }
  }

  /**
   * Visits the distinct values of a label in the order of the index.
   *
   * @param budget ends it
   * @param visitor returns whether to continue; runs on a thread of the store or the caller's
   * @throws dev.annulus.query.sql.SqlException if the query must end
   */
  public void visit(String label, QueryBudget budget, Predicate<String> visitor) {
    // Read before the values: whatever changes later changes it, too.
    IndexVersion version = budget.await(search.version());
    Kept known = kept.getIfPresent(label);
    if (known != null && known.version.equals(version)) {
      for (String value : known.values) {
        if (!visitor.test(value)) {
          return;
        }
      }
      return;
    }
    Reading reading = new Reading(new Kept(version), visitor);
    budget.await(read(label, reading::add));
    if (reading.all != null && !reading.ended) {
      kept.put(label, reading.all);
    }
  }

  private CompletableFuture<Void> read(String label, Predicate<String> visitor) {
    if (label.equals(Labels.METRIC_NAME)) {
      return search.visitNames("", visitor);
    }
    // A tag may be called like the label of names.
    boolean exported = label.equals(LabelSets.EXPORTED_NAME);
    return search.visitValues(exported ? Labels.METRIC_NAME : label, visitor);
  }

  /** Values on their way to whoever asked for them, and what they are remembered by. */
  private final class Reading {
    private final Predicate<String> visitor;
    private @Nullable Kept all;
    private boolean ended;

    Reading(Kept all, Predicate<String> visitor) {
      this.all = all;
      this.visitor = visitor;
    }

    /** Returns whether to continue. */
    boolean add(String value) {
      if (all != null && !all.add(value, mostBytes)) {
        all = null;
      }
      ended = !visitor.test(value);
      return !ended;
    }
  }
}
