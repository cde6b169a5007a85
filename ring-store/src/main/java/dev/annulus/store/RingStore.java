package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The store: opens a database on an engine and provides its parts. Thread-safe. Does not close the
 * engine.
 */
public final class RingStore {
  /** The version of the whole layout, as {@code LAYOUT.md} describes it. */
  static final long FORMAT = 1;

  private final KeyValueEngine engine;
  private final StoreConfig config;
  private final Keys keys;
  private final Rings rings;
  private final ChangeLog changes;
  private final SeriesCount count;
  private final Registry registry;
  private final IdSequence ids;
  private final Positions positions;

  private RingStore(KeyValueEngine engine, StoreConfig config) {
    this.engine = engine;
    this.config = config;
    this.keys = new Keys(config.keyPrefix());
    this.rings = new SlotRings(engine, keys);
    this.changes = new ChangeLog(keys);
    this.count = new SeriesCount(engine, keys);
    this.registry = new Registry(engine, rings, keys, changes, count);
    this.ids = new IdSequence(engine, keys);
    this.positions = new Positions(engine, keys);
  }

  /**
   * Opens the database, or creates one in an empty key space.
   *
   * @return the store; fails with {@code UNUSABLE} if the key space holds other data or an unknown
   *     layout version
   */
  public static CompletableFuture<RingStore> open(KeyValueEngine engine, StoreConfig config) {
    RingStore store = new RingStore(engine, config);
    return engine
        .write(store::checkFormat)
        .thenCompose(done -> store.count.ensure())
        .thenApply(done -> store);
  }

  /** Metadata by id and by exact name and tags. */
  public Registry registry() {
    return registry;
  }

  /** Searches by name and tags. */
  public MetricSearch search() {
    return new MetricSearch(engine, keys, registry);
  }

  /** Series counts by name and tags. */
  public Cardinality cardinality() {
    return new Cardinality(engine, keys);
  }

  /** Promised and used space. */
  public Capacity capacity() {
    return new Capacity(engine, rings, keys, registry);
  }

  /** Range scans. */
  public RingReader rings() {
    return new RingReader(rings, registry);
  }

  /** A new writer with its own cache. */
  public RingWriter newWriter() {
    SeriesResolver resolver = new SeriesResolver(engine, rings, keys, registry, ids, count, config);
    MetricCache cache =
        new MetricCache(engine, rings, keys, changes, registry, resolver, config.cachedSeries());
    BatchCommit commits = new BatchCommit(engine, rings, positions, config.transactionBytes());
    return new RingWriter(commits, cache);
  }

  /** Retention changes. */
  public RetentionChange retention() {
    return new RetentionChange(engine, rings, keys, registry, ids);
  }

  /** The positions in the log. */
  public Positions positions() {
    return positions;
  }

  /** Counts of job restarts. */
  public Restarts restarts() {
    return new Restarts(engine, keys);
  }

  /** The log that the positions refer to. */
  public LogIdentity log() {
    return new LogIdentity(engine, keys, registry, positions);
  }

  /** Saved dashboards. */
  public Dashboards dashboards() {
    return new Dashboards(engine, keys);
  }

  /** Export and import of everything. */
  public StoreTransfer transfer() {
    return new StoreTransfer(engine, rings, keys, registry, ids, count, changes, positions);
  }

  /** The counter state of a metric; empty if none. */
  public CompletableFuture<Optional<CounterState>> counter(long metricId) {
    return rings.read((tx, view) -> view.counter(tx, metricId).thenApply(Optional::ofNullable));
  }

  private CompletableFuture<Void> checkFormat(Transaction tx) {
    return tx.get(keys.format())
        .thenCompose(
            value -> {
              if (value == null) {
                return layOut(tx);
              }
              long format = Tuple.fromBytes(value).getLong(0);
              if (format != FORMAT) {
                throw new StoreException(
                    Kind.UNUSABLE,
                    "the database has layout version %d; this Annulus supports version %d"
                        .formatted(format, FORMAT));
              }
              return CompletableFuture.completedFuture(null);
            });
  }

  private CompletableFuture<Void> layOut(Transaction tx) {
    return tx.getRange(keys.everything(), 1, Order.ASCENDING)
        .thenAccept(
            found -> {
              if (!found.isEmpty()) {
                throw new StoreException(
                    Kind.UNUSABLE,
                    "the key space holds foreign data; choose an empty one or set a key"
                        + " prefix");
              }
              tx.set(keys.format(), Tuple.from(FORMAT).pack());
            });
  }
}
