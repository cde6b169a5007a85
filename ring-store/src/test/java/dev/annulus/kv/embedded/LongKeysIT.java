package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.TableProperties;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Keys as long as those of series may be, which differ in their last bytes only. */
class LongKeysIT {
  private static final String LONG = "x".repeat(7_600);
  private static final int KEYS = 40_000;
  private static final int BATCH = 500;

  /** Bytes of an index that a read may have to take into memory at once. */
  private static final long MOST = 128 << 10;

  @TempDir private Path directory;

  @Test
  void aReadTakesLittleOfTheIndexIntoMemory() throws Exception {
    try (RocksFiles files = RocksFiles.open(EmbeddedConfig.in(directory))) {
      RocksDB db = files.db();
      for (int from = 0; from < KEYS; from += BATCH) {
        try (WriteBatch batch = new WriteBatch();
            WriteOptions options = new WriteOptions().setDisableWAL(true)) {
          for (int i = from; i < from + BATCH; i++) {
            batch.put(key(i), new byte[200]);
          }
          db.write(options, batch);
        }
      }
      db.compactRange();

      for (TableProperties table : db.getPropertiesOfAllTables().values()) {
        assertThat(table.getTopLevelIndexSize()).isBetween(1L, MOST);
        assertThat(table.getIndexSize() / table.getIndexPartitions()).isBetween(1L, MOST);
      }
      for (int number : List.of(0, KEYS / 2, KEYS - 1)) {
        assertThat(db.get(key(number))).hasSize(200);
      }
      assertThat(db.get(key(KEYS))).isNull();
    }
  }

  private static byte[] key(int number) {
    return (LONG + "%08d".formatted(number)).getBytes(StandardCharsets.US_ASCII);
  }
}
