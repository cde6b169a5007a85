package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Saved dashboards. The value of {@code (7, slug)} is a tuple {@code (1, revision, title,
 * definition)}; the revision is a random number that changes with every save. Thread-safe.
 */
public final class Dashboards {
  /** Expected revision of a dashboard that must not exist yet. */
  public static final long ABSENT = -2;

  private static final long FORMAT = 1;

  private final KeyValueEngine engine;
  private final Keys keys;

  Dashboards(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /**
   * A saved dashboard.
   *
   * @param slug its name in URLs
   * @param title for people
   * @param definition JSON text, as the UI wrote it
   * @param revision changes with every save
   */
  public record Dashboard(String slug, String title, String definition, long revision) {}

  /** Result of a conditional change. */
  public enum Change {
    DONE,
    /** The dashboard does not exist. */
    ABSENT,
    /** The dashboard has another revision. */
    OTHER_REVISION
  }

  /** All dashboards by slug, after {@code afterSlug} (exclusive; null for the first page). */
  public CompletableFuture<List<Dashboard>> list(@Nullable String afterSlug, int limit) {
    KeyRange all = keys.dashboards();
    KeyRange range = afterSlug == null ? all : all.beyond(keys.dashboard(afterSlug));
    return engine.read(
        tx -> tx.getRange(range, limit, Order.ASCENDING).thenApply(this::dashboardsOf));
  }

  /** One dashboard. */
  public CompletableFuture<Optional<Dashboard>> get(String slug) {
    return engine.read(tx -> tx.get(keys.dashboard(slug)).thenApply(value -> decode(slug, value)));
  }

  /**
   * Saves a dashboard.
   *
   * @param expected the revision it must have now, or {@link #ABSENT}; null to save unconditionally
   * @return the saved dashboard; empty if the expectation failed
   */
  public CompletableFuture<Optional<Dashboard>> put(
      String slug, String title, String definition, @Nullable Long expected) {
    long revision = ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE;
    Dashboard saved = new Dashboard(slug, title, definition, revision);
    return engine.write(
        tx ->
            tx.get(keys.dashboard(slug))
                .thenApply(
                    value -> {
                      Optional<Dashboard> now = decode(slug, value);
                      // After an unknown outcome, the stored revision may be this attempt's.
                      boolean isOurs = now.filter(d -> d.revision() == revision).isPresent();
                      long found = now.map(Dashboard::revision).orElse(ABSENT);
                      if (expected != null && found != expected && !isOurs) {
                        return Optional.empty();
                      }
                      tx.set(keys.dashboard(slug), encode(saved));
                      return Optional.of(saved);
                    }));
  }

  /**
   * Deletes a dashboard.
   *
   * @param expected the revision it must have now; null to delete unconditionally
   */
  public CompletableFuture<Change> delete(String slug, @Nullable Long expected) {
    AtomicBoolean cleared = new AtomicBoolean();
    return engine.write(
        tx ->
            tx.get(keys.dashboard(slug))
                .thenApply(
                    value -> {
                      Optional<Dashboard> now = decode(slug, value);
                      if (now.isEmpty()) {
                        // After an unknown outcome, this attempt may have deleted it.
                        return cleared.get() ? Change.DONE : Change.ABSENT;
                      }
                      if (expected != null && now.get().revision() != expected) {
                        return Change.OTHER_REVISION;
                      }
                      tx.clear(keys.dashboard(slug));
                      cleared.set(true);
                      return Change.DONE;
                    }));
  }

  private List<Dashboard> dashboardsOf(Entries entries) {
    List<Dashboard> dashboards = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      decode(keys.slugOf(entries.key(i)), entries.value(i)).ifPresent(dashboards::add);
    }
    return dashboards;
  }

  private static byte[] encode(Dashboard dashboard) {
    return Tuple.from(FORMAT, dashboard.revision(), dashboard.title(), dashboard.definition())
        .pack();
  }

  private static Optional<Dashboard> decode(String slug, byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      Tuple tuple = Tuple.fromBytes(value);
      return Optional.of(
          new Dashboard(slug, tuple.getString(2), tuple.getString(3), tuple.getLong(1)));
    } catch (RuntimeException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "dashboard " + slug + " cannot be decoded", e);
    }
  }
}
