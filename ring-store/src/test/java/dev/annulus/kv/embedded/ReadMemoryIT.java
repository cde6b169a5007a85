package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.PerfLevel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.TableProperties;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** What reads of files with very many keys take into memory if nothing is in the cache. */
class ReadMemoryIT {
  /** As long as a series may be. */
  private static final String LONG = "x".repeat(7_600);

  private static final int BATCH = 500;

  /** Blocks of data, indexes of parts, parts of indexes and filters, of two reads. */
  private static final long MOST = 300 << 10;

  @TempDir private Path directory;

  @Test
  void longKeysThatDifferInTheirLastBytes() throws Exception {
    aReadTakesLittle(20_000, number -> LONG + "%08d".formatted(number));
  }

  @Test
  void manyShortKeys() throws Exception {
    aReadTakesLittle(2_000_000, "%08d"::formatted);
  }

  private void aReadTakesLittle(int keys, IntFunction<String> key) throws RocksDBException {
    try (RocksFiles files = open()) {
      for (int from = 0; from < keys; from += BATCH) {
        try (WriteBatch batch = new WriteBatch();
            WriteOptions options = new WriteOptions().setDisableWAL(true)) {
          for (int i = from; i < from + BATCH; i++) {
            batch.put(bytes(key.apply(i)), new byte[20]);
          }
          files.db().write(options, batch);
        }
      }
      files.db().compactRange();
    }
    try (RocksFiles files = open()) {
      RocksDB db = files.db();
      for (TableProperties table : db.getPropertiesOfAllTables().values()) {
        assertThat(table.getTopLevelIndexSize()).isBetween(1L, MOST);
        assertThat(table.getIndexSize() / table.getIndexPartitions()).isBetween(1L, MOST);
      }
      db.setPerfLevel(PerfLevel.ENABLE_COUNT);
      db.getPerfContext().reset();

      assertThat(db.get(bytes(key.apply(keys / 2)))).hasSize(20);
      assertThat(db.get(bytes(key.apply(keys / 2) + "0"))).isNull();

      assertThat(db.getPerfContext().getBlockReadByte()).isBetween(1L, MOST);
    }
  }

  private RocksFiles open() {
    return RocksFiles.open(
        new EmbeddedConfig(directory, 1L << 40, 0, 1 << 10, 256 << 20, Duration.ofSeconds(1)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
