package dev.annulus.query.prometheus;

import dev.annulus.model.Metric;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.store.MetricSearch;
import dev.annulus.store.Registry;
import dev.annulus.store.RingStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds series by matchers in the metadata index: names and exact tags are looked up, values that a
 * regular expression has to match are listed first. All matchers are then asked of what was found.
 * Thread-safe.
 */
public final class SeriesFinder {
  /** So many of a name's series are faster looked up than all of them read. */
  private static final int FEW_SERIES = 1_000;

  /** So many names are faster visited one by one than all of them read. */
  private static final int FEW_NAMES = 64;

  private static final int PAGE = 1_000;

  private final MetricSearch search;
  private final Registry registry;
  private final LabelValues values;

  SeriesFinder(RingStore store, LabelValues values) {
    this.values = values;
    this.search = store.search();
    this.registry = store.registry();
  }

  /**
   * The series that all matchers match, in no particular order.
   *
   * @param budget ends it, and counts what is found as held
   * @throws SqlException if there are more than a query may read, or it must end
   */
  public List<FoundSeries> find(List<LabelMatcher> matchers, QueryBudget budget) {
    List<FoundSeries> found = new ArrayList<>();
    visit(
        matchers,
        budget,
        series -> {
          if (found.size() == budget.maxMetrics()) {
            throw tooMany(budget);
          }
          budget.hold(heldBytes(series.labels()));
          found.add(series);
          return true;
        });
    return found;
  }

  /**
   * Visits what {@link #find} finds, on the store's threads or the caller's.
   *
   * @param visitor returns whether to continue
   */
  public void visit(
      List<LabelMatcher> matchers, QueryBudget budget, Predicate<FoundSeries> visitor) {
    new Search(matchers, budget, visitor).run();
  }

  /** A selector matches more series than a query may read. */
  public static SqlException tooMany(QueryBudget budget) {
    return new SqlException(
        SqlErrorCode.TOO_MANY_METRICS,
        "a selector matches more than %d series (query.max-metrics)".formatted(budget.maxMetrics()),
        null,
        "add matchers",
        null);
  }

  private static long heldBytes(Labels labels) {
    long[] bytes = {64 + labels.bytes()};
    labels.forEach((name, value) -> bytes[0] += 96 + 2L * (name.length() + value.length()));
    return bytes[0];
  }

  private final class Search {
    private final List<LabelMatcher> matchers;
    private final QueryBudget budget;
    private final Predicate<FoundSeries> visitor;
    private boolean enough;

    Search(List<LabelMatcher> matchers, QueryBudget budget, Predicate<FoundSeries> visitor) {
      this.matchers = matchers;
      this.budget = budget;
      this.visitor = visitor;
    }

    void run() {
      String name = exactName();
      List<Tag> tags = exactTags();
      if (!tags.isEmpty()) {
        List<Long> ids =
            budget.await(search.findIds(name, tags, -1, name == null ? PAGE : FEW_SERIES + 1));
        if (name == null) {
          pages(tags, ids);
          return;
        }
        if (ids.size() <= FEW_SERIES) {
          offerIds(ids);
          return;
        }
      }
      LabelMatcher ofName = present(true);
      LabelMatcher ofTag = present(false);
      if (name != null) {
        budget.await(search.visitSeries(name, this::offer));
      } else if (ofName != null) {
        ofNames(ofName);
      } else if (ofTag != null) {
        tagged(ofTag);
      } else {
        budget.await(search.visitSeries(each -> true, this::offer));
      }
    }

    private void pages(List<Tag> tags, List<Long> first) {
      List<Long> ids = first;
      while (true) {
        offerIds(ids);
        if (enough || ids.size() < PAGE) {
          return;
        }
        ids = budget.await(search.findIds(null, tags, ids.get(ids.size() - 1), PAGE));
      }
    }

    private void ofNames(LabelMatcher matcher) {
      Set<String> names = new HashSet<>();
      values.visit(
          Labels.METRIC_NAME,
          budget,
          name -> {
            budget.check();
            if (matcher.matches(name)) {
              budget.hold(96 + 2L * name.length());
              names.add(name);
            }
            return true;
          });
      if (names.size() > FEW_NAMES) {
        budget.await(search.visitSeries(names::contains, this::offer));
      } else {
        for (String name : names) {
          if (enough) {
            return;
          }
          budget.await(search.visitSeries(name, this::offer));
        }
      }
    }

    private void tagged(LabelMatcher matcher) {
      List<Long> ids = new ArrayList<>();
      budget.await(
          search.visitTagged(
              matcher.name(),
              value -> {
                budget.check();
                return matcher.matches(value);
              },
              id -> {
                budget.hold(32);
                ids.add(id);
                return true;
              }));
      offerIds(ids);
    }

    private void offerIds(List<Long> ids) {
      for (int i = 0; i < ids.size() && !enough; i += PAGE) {
        List<Long> page = ids.subList(i, Math.min(ids.size(), i + PAGE));
        for (Metric metric : budget.await(registry.get(page))) {
          if (!offer(metric.id(), metric.key())) {
            return;
          }
        }
      }
    }

    /** Returns whether to continue. */
    private boolean offer(long id, SeriesKey key) {
      budget.check(); // a regular expression can take a moment on a long value
      Labels labels = LabelSets.of(key);
      for (LabelMatcher matcher : matchers) {
        if (!matcher.matches(labels)) {
          return true;
        }
      }
      enough = !visitor.test(new FoundSeries(id, labels));
      return !enough;
    }

    private @Nullable String exactName() {
      return matchers.stream()
          .filter(m -> m.type() == LabelMatcher.Type.EQUAL && isOfName(m) && !m.value().isEmpty())
          .map(LabelMatcher::value)
          .findFirst()
          .orElse(null);
    }

    private List<Tag> exactTags() {
      return matchers.stream()
          .filter(m -> m.type() == LabelMatcher.Type.EQUAL && isOfTag(m) && !m.value().isEmpty())
          .map(m -> new Tag(m.name(), m.value()))
          .distinct()
          .toList();
    }

    /** A matcher that only series with the label can match; null if there is none. */
    private @Nullable LabelMatcher present(boolean ofName) {
      return matchers.stream()
          .filter(m -> (ofName ? isOfName(m) : isOfTag(m)) && !m.matches(""))
          .findFirst()
          .orElse(null);
    }
  }

  private static boolean isOfName(LabelMatcher matcher) {
    return matcher.name().equals(Labels.METRIC_NAME);
  }

  /** Whether the label is a tag of the same name, which the index knows. */
  private static boolean isOfTag(LabelMatcher matcher) {
    return !isOfName(matcher) && !matcher.name().equals(LabelSets.EXPORTED_NAME);
  }
}
