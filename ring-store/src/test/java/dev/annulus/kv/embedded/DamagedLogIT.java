package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write-ahead log that was cut or damaged: said, and what comes before it kept. */
class DamagedLogIT {
  private static final int KEYS = 300;

  @TempDir private Path directory;

  @Test
  void whatAKilledProcessLeavesIsWhole() throws Exception {
    try (EmbeddedEngine engine = open(directory.resolve("alive"))) {
      fill(engine);
      Path copy = directory.resolve("killed");
      copy(directory.resolve("alive"), copy);
      try (EmbeddedEngine killed = open(copy)) {
        assertThat(killed.damage()).isNull();
        assertThat(prefix(killed)).isEqualTo(KEYS);
      }
    }
    try (EmbeddedEngine again = open(directory.resolve("alive"))) {
      assertThat(again.damage()).as("closed well").isNull();
    }
  }

  @Test
  void aByteThatWasFlippedIsNoticedWhereverItIs() throws Exception {
    long seed = System.nanoTime();
    System.out.println("DamagedLogIT seed " + seed);
    Random random = new Random(seed);
    Path whole = directory.resolve("whole");
    try (EmbeddedEngine engine = open(whole)) {
      fill(engine);
    }
    for (int i = 0; i < 8; i++) {
      Path damaged = directory.resolve("flipped" + i);
      copy(whole, damaged);
      Path log = log(damaged);
      byte[] bytes = Files.readAllBytes(log);
      int at = random.nextInt(bytes.length * 9 / 10);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(log, bytes);
      try (EmbeddedEngine engine = open(damaged)) {
        assertThat(engine.damage())
            .as("seed %d, byte %d of %d", seed, at, bytes.length)
            .isNotNull();
        assertThat(prefix(engine)).isLessThan(KEYS);
      }
      try (EmbeddedEngine engine = open(damaged)) {
        assertThat(engine.damage()).as("said once").isNull();
      }
    }
  }

  @Test
  void aLogThatIsShorterThanWhatWasForcedToDiskIsNoticed() throws Exception {
    Path whole = directory.resolve("whole");
    try (EmbeddedEngine engine = open(whole)) {
      fill(engine);
    }
    for (int tenths : List.of(0, 1, 5, 9)) {
      Path cut = directory.resolve("cut" + tenths);
      copy(whole, cut);
      Path log = log(cut);
      byte[] bytes = Files.readAllBytes(log);
      Files.write(log, Arrays.copyOf(bytes, bytes.length * tenths / 10));
      try (EmbeddedEngine engine = open(cut)) {
        assertThat(engine.damage()).as(tenths + " tenths").contains("had been synced");
        assertThat(prefix(engine)).isLessThan(KEYS);
      }
    }
  }

  @Test
  void whatNoLogCouldBringBackIsForcedToDiskAtOnce() throws Exception {
    EmbeddedConfig config = EmbeddedConfig.in(directory.resolve("store"));
    try (EmbeddedEngine engine =
        EmbeddedEngine.open(
            new EmbeddedConfig(
                config.directory(),
                config.maxBytes(),
                0,
                config.cacheBytes(),
                config.writeBufferBytes(),
                Duration.ofHours(1)))) {
      fill(engine);
      assertThat(config.directory().resolve("SYNCED")).doesNotExist();
      engine
          .write(
              tx -> {
                tx.clear(key(0));
                tx.touchMetadataVersion();
                return CompletableFuture.completedFuture(null);
              })
          .join();
      long length = Files.size(log(config.directory()));
      assertThat(config.directory().resolve("SYNCED")).content().contains(" " + length);
    }
  }

  private static EmbeddedEngine open(Path path) {
    return EmbeddedEngine.open(EmbeddedConfig.in(path));
  }

  private static void fill(EmbeddedEngine engine) {
    for (int i = 0; i < KEYS; i++) {
      byte[] key = key(i);
      engine
          .write(
              tx -> {
                tx.set(key, new byte[50]);
                return CompletableFuture.completedFuture(null);
              })
          .join();
    }
  }

  /** How many keys there are: the first ones, without a gap. */
  private static int prefix(EmbeddedEngine engine) {
    int found = 0;
    int last = -1;
    for (int i = 0; i < KEYS; i++) {
      byte[] key = key(i);
      if (engine.read(tx -> tx.get(key)).join() != null) {
        found++;
        last = i;
      }
    }
    assertThat(last + 1).as("no gap").isEqualTo(found);
    return found;
  }

  private static byte[] key(int i) {
    return ("k" + i).getBytes();
  }

  private static Path log(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().equals("LOCK")) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
