package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.service.http.Problem;
import dev.annulus.store.MetricSearch;
import dev.annulus.store.RingStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists of metrics, read a few at a time while they are written. Without a search they go by id;
 * with one by name, every name that contains the text, and within a name by id. A cursor is the
 * last id of the page before, with a search {@code id/name}.
 */
final class MetricList {
  /** In memory at a time: the largest have ten kilobytes. */
  private static final int AT_ONCE = 100;

  private final RingStore store;

  MetricList(RingStore store) {
    this.store = store;
  }

  MetricPage page(
      RunningQuery running, @Nullable String search, @Nullable String cursor, int limit) {
    if (search == null || search.isBlank()) {
      long after = cursor == null ? -1 : id(cursor);
      return MetricPage.withCursor(
          new Chunks(running, after, store.registry()::list),
          limit,
          last -> Long.toString(last.id()));
    }
    int slash = cursor == null ? -1 : cursor.indexOf('/');
    if (cursor != null && slash < 0) {
      throw noCursor();
    }
    String fromName = cursor == null ? "" : cursor.substring(slash + 1);
    long afterId = cursor == null ? -1 : id(cursor.substring(0, slash));
    return MetricPage.withCursor(
        new ByName(running, search.toLowerCase(Locale.ROOT), fromName, afterId),
        limit,
        last -> last.id() + "/" + last.key().name());
  }

  /** The metrics with a name and all these tags; null for any name. */
  MetricPage lookup(RunningQuery running, @Nullable String name, List<Tag> tags, int limit) {
    MetricSearch search = store.search();
    return MetricPage.withLimit(
        new Chunks(running, -1, (after, most) -> search.find(name, tags, after, most)), limit);
  }

  /** The distinct names, sorted. */
  Iterator<String> names(RunningQuery running) {
    return new Names(running, "", name -> true);
  }

  private interface Source {
    CompletableFuture<List<Metric>> after(long id, int most);
  }

  /** Reads some, and more when they are used up. Used by one thread. */
  private abstract static class Ahead<T> implements Iterator<T> {
    private List<T> some = List.of();
    private int next;
    private boolean ended;

    /** Some more; fewer than {@link #AT_ONCE} are the last. */
    abstract List<T> more();

    @Override
    public boolean hasNext() {
      if (next == some.size() && !ended) {
        some = more();
        next = 0;
        ended = some.size() < AT_ONCE;
      }
      return next < some.size();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return some.get(next++);
    }
  }

  private static final class Chunks extends Ahead<Metric> {
    private final RunningQuery running;
    private final Source source;
    private long last;

    Chunks(RunningQuery running, long after, Source source) {
      this.running = running;
      this.last = after;
      this.source = source;
    }

    @Override
    List<Metric> more() {
      List<Metric> found = running.await(source.after(last, AT_ONCE));
      last = found.isEmpty() ? last : found.get(found.size() - 1).id();
      return found;
    }
  }

  private final class Names extends Ahead<String> {
    private final RunningQuery running;
    private final Predicate<String> wanted;
    private String from;
    private boolean begun;

    /**
     * @param from the first name that may come
     */
    Names(RunningQuery running, String from, Predicate<String> wanted) {
      this.running = running;
      this.from = from;
      this.wanted = wanted;
    }

    @Override
    List<String> more() {
      List<String> names = new ArrayList<>(AT_ONCE);
      boolean again = begun;
      running.await(
          store
              .search()
              .visitNames(
                  from,
                  name -> {
                    running.check();
                    if (wanted.test(name) && !(again && name.equals(from))) {
                      names.add(name);
                    }
                    return names.size() < AT_ONCE;
                  }));
      begun = true;
      from = names.isEmpty() ? from : names.get(names.size() - 1);
      return names;
    }
  }

  /** The metrics of each name that contains a text. */
  private final class ByName implements Iterator<Metric> {
    private final RunningQuery running;
    private final Names names;
    private final String fromName;
    private final long afterId;
    private Iterator<Metric> ofName = List.<Metric>of().iterator();

    ByName(RunningQuery running, String text, String fromName, long afterId) {
      this.running = running;
      this.fromName = fromName;
      this.afterId = afterId;
      this.names =
          new Names(running, fromName, name -> name.toLowerCase(Locale.ROOT).contains(text));
    }

    @Override
    public boolean hasNext() {
      while (!ofName.hasNext() && names.hasNext()) {
        String name = names.next();
        long after = name.equals(fromName) ? afterId : -1;
        ofName =
            new Chunks(
                running, after, (id, most) -> store.search().find(name, List.of(), id, most));
      }
      return ofName.hasNext();
    }

    @Override
    public Metric next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ofName.next();
    }
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw noCursor();
    }
  }

  private static RuntimeException noCursor() {
    return Problem.badRequest("cursor: is not the next_cursor of a page").toException();
  }
}
