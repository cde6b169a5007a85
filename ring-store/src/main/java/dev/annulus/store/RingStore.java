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
 * The store: opens a database on an engine and provides its parts. Thread-safe. Its opener closes
 * it before the engine, which it does not close.
 */
public final class RingStore implements AutoCloseable {
  /** In place of a layout version while {@link LayoutConversion} is at work. */
  static final long CONVERTING = 0;

  /** The layout with one key per slot, as {@code LAYOUT.md} describes it. */
  static final long SLOT_LAYOUT = 1;

  /** The layout with blocks of slots behind a journal. */
  static final long BLOCK_LAYOUT = 2;

  private final KeyValueEngine engine;
  private final StoreConfig config;
  private final Keys keys;
  private final Rings rings;
  private final ChangeLog changes;
  private final SeriesCount count;
  private final Registry registry;
  private final IdSequence ids;
  private final SeriesResolver resolver;
  private final Positions positions;

  private RingStore(KeyValueEngine engine, StoreConfig config, Keys keys, Rings rings) {
    this.engine = engine;
    this.config = config;
    this.keys = keys;
    this.rings = rings;
    this.changes = new ChangeLog(keys);
    this.count = new SeriesCount(engine, keys);
    this.registry = new Registry(engine, rings, keys, changes, count);
    this.ids = new IdSequence(keys);
    this.resolver = new SeriesResolver(engine, rings, keys, registry, ids, count, config);
    this.positions = new Positions(engine, keys);
  }

  /**
   * Opens the database, or creates one in an empty key space.
   *
   * @return the store; fails with {@code UNUSABLE} if the key space holds other data or an unknown
   *     layout version
   */
  public static CompletableFuture<RingStore> open(KeyValueEngine engine, StoreConfig config) {
    Keys keys = new Keys(config.keyPrefix());
    return engine
        .write(tx -> layout(tx, keys, config.blocks()))
        .thenCompose(
            layout -> {
              Rings rings = rings(engine, keys, config.blocks(), layout);
              RingStore store = new RingStore(engine, config, keys, rings);
              return store.count.ensure().thenApply(done -> store.started());
            });
  }

  private static Rings rings(KeyValueEngine engine, Keys keys, BlockConfig config, long layout) {
    return layout == SLOT_LAYOUT
        ? new SlotRings(engine, keys)
        : new BlockRings(engine, keys, config);
  }

  private RingStore started() {
    rings.start();
    return this;
  }

  /** Completes when whatever was written before this call is in its final place. */
  CompletableFuture<Void> flush() {
    return rings.flush();
  }

  /** Ends background work. What is in the journal stays there. */
  @Override
  public void close() {
    rings.close();
  }

  /**
   * Whether samples keep their milliseconds, and values that are not finite. A database of layout 1
   * keeps whole seconds and finite values.
   */
  public boolean keepsMillis() {
    return rings.precision() == Rings.Precision.MILLIS;
  }

  /** Metadata by id and by exact name and tags. */
  public Registry registry() {
    return registry;
  }

  /** Searches by name and tags. */
  public MetricSearch search() {
    return new MetricSearch(engine, keys, registry, count);
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
    MetricCache cache =
        new MetricCache(
            engine, rings, keys, changes, registry, resolver, config.seriesCacheBytes());
    BatchCommit commits = new BatchCommit(engine, rings, positions, config.transactionBytes());
    return new RingWriter(commits, cache, rings.precision());
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

  /** Browser sessions that were signed out. */
  public SignOuts signOuts() {
    return new SignOuts(engine, keys);
  }

  /** Export and import of everything. */
  public StoreTransfer transfer() {
    return new StoreTransfer(engine, rings, keys, registry, ids, count, changes, positions);
  }

  /** The counter state of a metric; empty if none. */
  public CompletableFuture<Optional<CounterState>> counter(long metricId) {
    return rings.read((tx, view) -> view.counter(tx, metricId).thenApply(Optional::ofNullable));
  }

  /** The layout version of the database; lays out an empty key space. */
  private static CompletableFuture<Long> layout(Transaction tx, Keys keys, BlockConfig config) {
    return tx.get(keys.format())
        .thenCompose(
            value ->
                value == null
                    ? layOut(tx, keys, config)
                    : CompletableFuture.completedFuture(known(Tuple.fromBytes(value))));
  }

  private static long known(Tuple format) {
    long layout = format.getLong(0);
    if (layout == CONVERTING) {
      throw new StoreException(
          Kind.UNUSABLE,
          "the database is being converted to layout version 2; finish it with annulus convert");
    }
    if (layout == BLOCK_LAYOUT && format.getLong(1) != BlockConfig.BLOCK) {
      throw new StoreException(
          Kind.UNUSABLE,
          "the database has %d slots per block; this Annulus supports %d"
              .formatted(format.getLong(1), BlockConfig.BLOCK));
    }
    if (layout != SLOT_LAYOUT && layout != BLOCK_LAYOUT) {
      throw new StoreException(
          Kind.UNUSABLE,
          "the database has layout version %d; this Annulus supports versions %d and %d"
              .formatted(layout, SLOT_LAYOUT, BLOCK_LAYOUT));
    }
    return layout;
  }

  private static CompletableFuture<Long> layOut(Transaction tx, Keys keys, BlockConfig config) {
    return tx.getRange(keys.everything(), 1, Order.ASCENDING)
        .thenApply(
            found -> {
              if (!found.isEmpty()) {
                throw new StoreException(
                    Kind.UNUSABLE,
                    "the key space holds foreign data; choose an empty one or set a key"
                        + " prefix");
              }
              boolean blocks = config.slotsPerBlock() > 1;
              Tuple format =
                  blocks
                      ? Tuple.from(BLOCK_LAYOUT, config.slotsPerBlock())
                      : Tuple.from(SLOT_LAYOUT);
              tx.set(keys.format(), format.pack());
              return blocks ? BLOCK_LAYOUT : SLOT_LAYOUT;
            });
  }
}
