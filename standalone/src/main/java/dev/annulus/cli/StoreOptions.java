package dev.annulus.cli;

import dev.annulus.embedded.EmbeddedStore;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.fdb.FoundationEngine;
import dev.annulus.store.BlockConfig;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that select the database of a command. */
final class StoreOptions {
  /** The layout of a new database on FoundationDB, the default of the services. */
  private static final BlockConfig SLOTS = BlockConfig.DEFAULT.withSlotsPerBlock(1);

  @ArgGroup(multiplicity = "1")
  private Where where = new Where();

  @Option(
      names = "--key-prefix",
      paramLabel = "TEXT",
      description = "Key prefix, if the database shares a cluster.")
  private String keyPrefix = "";

  /** One of the two engines. */
  private static final class Where {
    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "The data directory of a standalone process, which must be stopped.")
    private @Nullable Path dataDir;

    @Option(
        names = "--cluster-file",
        paramLabel = "FILE",
        description = "The cluster file of a FoundationDB cluster; services may go on running.")
    private @Nullable Path clusterFile;
  }

  /** An open database. */
  record Opened(RingStore store, KeyValueEngine engine, ExecutorService executor)
      implements AutoCloseable {
    @Override
    public void close() {
      store.close();
      engine.close();
      executor.shutdown();
    }
  }

  /**
   * Opens the database.
   *
   * @param create whether to create a missing embedded database
   */
  Opened open(boolean create) throws IOException {
    StoreConfig config =
        StoreConfig.DEFAULT
            .withKeyPrefix(keyPrefix.getBytes(StandardCharsets.UTF_8))
            .withBlocks(where.clusterFile == null ? BlockConfig.DEFAULT : SLOTS);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    KeyValueEngine engine = null;
    try {
      engine = engine(executor, create);
      return new Opened(RingStore.open(engine, config).join(), engine, executor);
    } catch (RuntimeException | IOException | Error e) {
      if (engine != null) {
        engine.close();
      }
      executor.shutdown();
      throw e;
    }
  }

  private KeyValueEngine engine(ExecutorService executor, boolean create) throws IOException {
    if (where.clusterFile != null) {
      return FoundationEngine.open(where.clusterFile, executor, Duration.ofSeconds(60));
    }
    Path directory = java.util.Objects.requireNonNull(where.dataDir).resolve("store");
    if (!create && !Files.isDirectory(directory)) {
      throw new IOException("there is no database in " + directory);
    }
    Files.createDirectories(directory);
    return EmbeddedStore.open(EmbeddedConfig.in(directory));
  }
}
