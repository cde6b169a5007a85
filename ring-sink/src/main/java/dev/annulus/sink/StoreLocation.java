package dev.annulus.sink;

import dev.annulus.kv.CountingEngine;
import dev.annulus.kv.EngineStats;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.fdb.FoundationEngine;
import dev.annulus.kv.remote.RemoteConfig;
import dev.annulus.kv.remote.RemoteEngine;
import dev.annulus.model.RingGeometry;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import dev.annulus.store.BlockConfig;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The location of a store that several processes share. Each {@link #open} makes its own
 * connection; on FoundationDB, all connections of a process share one network thread.
 *
 * @param kind the kind of store
 * @param address {@code host:port} of the store server
 * @param clusterFile FoundationDB cluster file, present on every machine that opens the store
 * @param timeout limit for one transaction, retries included
 * @param keyPrefix prepended to every key; empty for none
 * @param defaultStep seconds per slot of new metrics that request none
 * @param defaultSlots slots of new metrics that request none
 * @param maxSeries limit of series, beyond which new ones are refused
 * @param maxSeriesPerToken limit of series created with one token; 0 for no limit
 * @param slotsPerBlock layout of a new database, see {@link BlockConfig}
 * @param tailBytes memory for journal entries that are not in blocks yet; 0 for a share of the heap
 *     of the process that opens the store
 * @param flushAfter age at which they are flushed
 */
public record StoreLocation(
    Kind kind,
    String address,
    String clusterFile,
    Duration timeout,
    String keyPrefix,
    int defaultStep,
    int defaultSlots,
    long maxSeries,
    long maxSeriesPerToken,
    int slotsPerBlock,
    long tailBytes,
    Duration flushAfter)
    implements StoreProvider {

  private static final String EMBEDDED = "embedded";

  /** Kinds of shared stores. */
  public enum Kind {
    /** {@code annulus store}. */
    REMOTE,
    /** A FoundationDB cluster. */
    FDB
  }

  /**
   * Like {@link #from}, for a process that can embed the store.
   *
   * @return null if {@code store} is {@code embedded}, which is the default
   */
  public static @Nullable StoreLocation fromUnlessEmbedded(
      Settings settings, String clusterFile, Duration timeout) {
    boolean embedded = settings.defaultingTo("store", EMBEDDED).text("store", "").equals(EMBEDDED);
    StoreLocation location =
        read(settings, embedded ? Kind.REMOTE : kind(settings), clusterFile, timeout);
    return embedded ? null : location;
  }

  /**
   * Reads {@code store} and {@code store.*}.
   *
   * @throws ConfigException also if {@code store} is {@code embedded}, which belongs to one process
   */
  public static StoreLocation from(
      Settings settings, Kind defaultKind, String clusterFile, Duration timeout) {
    settings.defaultingTo("store", defaultKind.name().toLowerCase(Locale.ROOT));
    return read(settings, kind(settings), clusterFile, timeout);
  }

  private static StoreLocation read(
      Settings settings, Kind kind, String clusterFile, Duration timeout) {
    RingGeometry geometry = RingGeometry.DEFAULT;
    StoreLocation location =
        new StoreLocation(
            kind,
            settings.text("store.address", "127.0.0.1:" + RemoteConfig.DEFAULT_PORT),
            settings.text("store.cluster-file", clusterFile),
            settings.duration("store.timeout", timeout),
            settings.text("store.key-prefix", ""),
            settings.number(
                "store.default-step", (int) geometry.stepSeconds(), 1, Integer.MAX_VALUE),
            settings.number("store.default-slots", geometry.slots(), 1, Integer.MAX_VALUE),
            settings.bytes("store.max-series", StoreConfig.DEFAULT.maxSeries()),
            settings.bytes("store.max-series-per-token", 0),
            kind == Kind.FDB ? slotsPerBlock(settings) : BlockConfig.BLOCK,
            settings.bytes("store.tail-bytes", 0),
            settings.duration("store.flush-after", BlockConfig.DEFAULT.flushAfter()));
    if (location.keyPrefix().getBytes(StandardCharsets.UTF_8).length
        > StoreConfig.MAX_KEY_PREFIX_BYTES) {
      throw new ConfigException(
          "store.key-prefix: must have at most "
              + StoreConfig.MAX_KEY_PREFIX_BYTES
              + " bytes in UTF-8");
    }
    try {
      RemoteConfig.at(location.address(), location.timeout());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("store.address: " + e.getMessage());
    }
    return location;
  }

  private static int slotsPerBlock(Settings settings) {
    int slots = settings.number("store.slots-per-block", BlockConfig.BLOCK, 1, BlockConfig.BLOCK);
    if (slots != 1 && slots != BlockConfig.BLOCK) {
      throw new ConfigException("store.slots-per-block must be 1 or " + BlockConfig.BLOCK);
    }
    return slots;
  }

  @Override
  public Handle open() {
    return switch (kind) {
      case REMOTE -> handle(RemoteEngine.open(RemoteConfig.at(address, timeout)), () -> {});
      case FDB -> {
        ExecutorService executor = Executors.newFixedThreadPool(2, StoreLocation::thread);
        KeyValueEngine engine;
        try {
          engine = FoundationEngine.open(Path.of(clusterFile), executor, timeout);
        } catch (RuntimeException | Error e) {
          executor.shutdown();
          throw e;
        }
        yield handle(engine, executor::shutdown);
      }
    };
  }

  private Handle handle(KeyValueEngine opened, Runnable afterwards) {
    CountingEngine engine = new CountingEngine(opened);
    RingStore store;
    try {
      store = open(engine);
    } catch (RuntimeException | Error e) {
      engine.close();
      afterwards.run();
      throw e;
    }
    return new Handle() {
      @Override
      public RingStore store() {
        return store;
      }

      @Override
      public EngineStats stats() {
        return engine.stats();
      }

      @Override
      public void close() {
        store.close();
        engine.close();
        afterwards.run();
      }
    };
  }

  private RingStore open(KeyValueEngine engine) {
    StoreConfig config =
        StoreConfig.DEFAULT
            .withKeyPrefix(keyPrefix.getBytes(StandardCharsets.UTF_8))
            .withMaxSeries(maxSeries, maxSeriesPerToken)
            .withBlocks(
                BlockConfig.DEFAULT
                    .withSlotsPerBlock(slotsPerBlock)
                    .flushingAt(
                        tailBytes == 0 ? BlockConfig.DEFAULT.tailBytes() : tailBytes, flushAfter))
            .withDefaultGeometry(RingGeometry.ofSeconds(defaultStep, defaultSlots));
    try {
      // Flink interrupts a cancelled task; an unreachable store must not block it.
      return RingStore.open(engine, config).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "interrupted while waiting for the store");
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  private static Kind kind(Settings settings) {
    String text = settings.text("store", "");
    return switch (text) {
      case "remote" -> Kind.REMOTE;
      case "fdb" -> Kind.FDB;
      case EMBEDDED ->
          throw new ConfigException(
              "store must be remote or fdb, got embedded, which belongs to one process:"
                  + " run annulus standalone, or annulus store and --store remote here");
      default -> throw new ConfigException("store must be remote or fdb, got \"" + text + "\"");
    };
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "annulus-store");
    thread.setDaemon(true);
    return thread;
  }
}
