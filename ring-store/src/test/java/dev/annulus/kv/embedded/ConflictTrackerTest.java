package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** A transaction conflicts exactly when a later commit wrote a key that it read. */
class ConflictTrackerTest {
  private static final int KEYS = 24;

  /** A running transaction, and the keys it has read. */
  private record Reader(ConflictTracker.Active active, long snapshot, ReadSet reads, BitSet keys) {}

  /** The keys of a commit. */
  private record Written(long version, BitSet keys) {}

  @Test
  void conflictsAreThoseOfAListOfAllCommits() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ConflictTracker tracker = new ConflictTracker();
      List<Written> commits = new ArrayList<>();
      List<Reader> running = new ArrayList<>();
      long version = 0;
      for (int step = 0; step < 60; step++) {
        if (running.isEmpty() || random.nextInt(3) == 0) {
          running.add(reader(tracker, version, random));
          continue;
        }
        Reader self = running.remove(random.nextInt(running.size()));
        boolean conflicts =
            commits.stream()
                .anyMatch(
                    commit ->
                        commit.version() > self.snapshot()
                            && commit.keys().intersects(self.keys()));
        assertThat(tracker.conflicts(self.reads(), self.snapshot()))
            .as("seed %d", seed)
            .isEqualTo(conflicts);
        if (!conflicts) {
          BitSet keys = new BitSet();
          WriteBuffer writes = writes(random, keys);
          tracker.committed(++version, writes, self.active());
          commits.add(new Written(version, keys));
        }
        tracker.end(self.active());
      }
    }
  }

  @Test
  void aTouchOfTheMetadataVersionConflictsWithItsReaders() {
    ConflictTracker tracker = new ConflictTracker();
    ConflictTracker.Active writer = tracker.begin(0);
    ConflictTracker.Active reader = tracker.begin(0);
    ReadSet reads = new ReadSet();
    reads.add(WriteBuffer.metadataVersionKey());
    WriteBuffer touch = new WriteBuffer();
    touch.touchMetadataVersion();

    tracker.committed(1, touch, writer);

    assertThat(tracker.conflicts(reads, 0)).isTrue();
    assertThat(tracker.conflicts(reads, 1)).isFalse();
    tracker.end(reader);
  }

  private static Reader reader(ConflictTracker tracker, long version, Random random) {
    ReadSet reads = new ReadSet();
    BitSet keys = new BitSet();
    for (int i = random.nextInt(4); i > 0; i--) {
      int begin = random.nextInt(KEYS);
      int end = random.nextBoolean() ? begin + 1 : begin + random.nextInt(KEYS + 1 - begin);
      reads.add(new KeyRange(key(begin), key(end)));
      keys.set(begin, end);
    }
    return new Reader(tracker.begin(version), version, reads, keys);
  }

  private static WriteBuffer writes(Random random, BitSet keys) {
    WriteBuffer writes = new WriteBuffer();
    for (int i = random.nextInt(4); i > 0; i--) {
      int key = random.nextInt(KEYS);
      switch (random.nextInt(4)) {
        case 0 -> writes.set(key(key), new byte[] {1});
        case 1 -> writes.byteMax(key(key), new byte[] {1});
        case 2 -> writes.clear(key(key));
        default -> {
          int end = key + random.nextInt(KEYS + 1 - key);
          writes.clear(new KeyRange(key(key), key(end)));
          keys.set(key, end);
          continue;
        }
      }
      keys.set(key);
    }
    return writes;
  }

  private static byte[] key(int i) {
    return new byte[] {'k', (byte) i};
  }
}
