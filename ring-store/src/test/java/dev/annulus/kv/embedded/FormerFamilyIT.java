package dev.annulus.kv.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.kv.FormerEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What an earlier version kept apart, while it is moved and the machine loses its power. */
class FormerFamilyIT {
  private static final byte[] KEY = {1};
  private static final byte[] END = {2};

  @TempDir private Path directory;

  @Test
  void whatIsRemovedInPartIsOnDiskElsewhere() throws Exception {
    assertThat(afterPowerLoss(former -> former.removeBefore(END))).isTrue();
  }

  @Test
  void whatIsDroppedIsOnDiskElsewhere() throws Exception {
    assertThat(afterPowerLoss(FormerEntries::drop)).isTrue();
  }

  /** Moves the only entry; whether it is there once everything is lost that was not synced. */
  private boolean afterPowerLoss(Consumer<FormerEntries> removal) throws Exception {
    Path store = directory.resolve("store");
    earlierVersion(store);
    Path lost = directory.resolve("lost");
    try (EmbeddedEngine engine = open(store)) {
      FormerEntries former = Objects.requireNonNull(engine.former("rings"));
      byte[] value = former.page(KEY, 1).value(0);
      engine
          .write(
              tx -> {
                tx.set(KEY, value);
                return CompletableFuture.completedFuture(null);
              })
          .join();
      removal.accept(former);
      // RocksDB removes files in the background: what a listing has may be gone when it is copied.
      await()
          .ignoreException(NoSuchFileException.class)
          .until(() -> copyWhatWasSynced(store, lost));
    }
    try (EmbeddedEngine engine = open(lost)) {
      return engine.read(tx -> tx.get(KEY)).join() != null;
    }
  }

  /** Never syncs by itself. */
  private static EmbeddedEngine open(Path path) {
    EmbeddedConfig config = EmbeddedConfig.in(path);
    return EmbeddedEngine.open(
        new EmbeddedConfig(
            path,
            config.maxBytes(),
            0,
            config.cacheBytes(),
            config.writeBufferBytes(),
            Duration.ofHours(1)));
  }

  private static boolean copyWhatWasSynced(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(to)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    String[] synced =
        Files.exists(from.resolve("SYNCED"))
            ? Files.readString(from.resolve("SYNCED")).trim().split(" +")
            : new String[] {"", "0"};
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        byte[] bytes = Files.readAllBytes(file);
        int length =
            name.endsWith(".log")
                ? name.equals(synced[0]) ? Integer.parseInt(synced[1]) : 0
                : bytes.length;
        Files.write(to.resolve(name), Arrays.copyOf(bytes, length));
      }
    }
    return true;
  }

  /** A family with an entry, in a table file. */
  private static void earlierVersion(Path store) throws RocksDBException {
    RocksDB.loadLibrary();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (ColumnFamilyOptions plain = new ColumnFamilyOptions().setMergeOperatorName("max");
        DBOptions options =
            new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        FlushOptions flush = new FlushOptions();
        RocksDB db =
            RocksDB.open(
                options,
                store.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain),
                    new ColumnFamilyDescriptor("rings".getBytes(UTF_8), plain)),
                handles)) {
      db.put(handles.get(1), KEY, new byte[] {7});
      db.flush(flush, handles.get(1));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }
}
