package dev.annulus.kv.embedded;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks at commit whether anything a transaction read has changed since its snapshot: backward
 * validation, as in FoundationDB's resolvers (Kung and Robinson, "On Optimistic Methods for
 * Concurrency Control", 1981).
 *
 * <p>Keeps a commit only while a writing transaction with an older snapshot runs, so a lone blind
 * writer costs nothing. {@link #begin} and {@link #end} are thread-safe; callers of the other
 * methods hold the engine's commit lock.
 */
final class ConflictTracker {
  private final Set<Active> active = ConcurrentHashMap.newKeySet();
  private final ArrayDeque<Committed> history = new ArrayDeque<>();

  /** A running transaction. Its snapshot is no older than {@code floor}. */
  static final class Active {
    private final long floor;

    private Active(long floor) {
      this.floor = floor;
    }
  }

  /**
   * Registers a transaction. Must be called before its snapshot is taken.
   *
   * @param lastCommit the version of the last commit
   */
  Active begin(long lastCommit) {
    Active transaction = new Active(lastCommit);
    active.add(transaction);
    return transaction;
  }

  void end(Active transaction) {
    active.remove(transaction);
  }

  /** Whether a commit after {@code snapshot} wrote anything in {@code reads}. */
  boolean conflicts(ReadSet reads, long snapshot) {
    for (Iterator<Committed> newest = history.descendingIterator(); newest.hasNext(); ) {
      Committed commit = newest.next();
      if (commit.version <= snapshot) {
        return false;
      }
      if (commit.touches(reads)) {
        return true;
      }
    }
    return false;
  }

  /** Records a commit if another running transaction may need it; drops commits that none needs. */
  void committed(long version, WriteBuffer writes, Active self) {
    long oldest = Long.MAX_VALUE;
    for (Active transaction : active) {
      if (transaction != self) {
        oldest = Math.min(oldest, transaction.floor);
      }
    }
    if (oldest != Long.MAX_VALUE) {
      history.addLast(new Committed(version, writes));
    }
    while (!history.isEmpty() && history.getFirst().version <= oldest) {
      history.removeFirst();
    }
  }

  /** The keys that one commit wrote; sorted on first use. */
  private static final class Committed {
    private final long version;
    private final WriteBuffer writes;
    private final List<KeyRange> clearedRanges = new ArrayList<>();
    private byte[][] keys = {};
    private boolean sorted;

    Committed(long version, WriteBuffer writes) {
      this.version = version;
      this.writes = writes;
    }

    boolean touches(ReadSet reads) {
      sort();
      for (KeyRange range : reads.ranges()) {
        if (touches(range)) {
          return true;
        }
      }
      return false;
    }

    private boolean touches(KeyRange range) {
      int found = Arrays.binarySearch(keys, range.begin(), Arrays::compareUnsigned);
      int first = found >= 0 ? found : -found - 1;
      if (first < keys.length && Arrays.compareUnsigned(keys[first], range.end()) < 0) {
        return true;
      }
      for (KeyRange cleared : clearedRanges) {
        if (Arrays.compareUnsigned(cleared.begin(), range.end()) < 0
            && Arrays.compareUnsigned(range.begin(), cleared.end()) < 0) {
          return true;
        }
      }
      return false;
    }

    private void sort() {
      if (sorted) {
        return;
      }
      List<byte[]> written = new ArrayList<>(writes.mutations().size() + 1);
      for (WriteBuffer.Mutation mutation : writes.mutations()) {
        if (mutation instanceof WriteBuffer.Set set) {
          written.add(set.key());
        } else if (mutation instanceof WriteBuffer.ByteMax max) {
          written.add(max.key());
        } else if (mutation instanceof WriteBuffer.Clear clear) {
          written.add(clear.key());
        } else if (mutation instanceof WriteBuffer.ClearRange clear) {
          clearedRanges.add(clear.range());
        }
      }
      if (writes.touchesMetadataVersion()) {
        written.add(EmbeddedEngine.METADATA_VERSION_KEY);
      }
      keys = written.toArray(new byte[0][]);
      Arrays.sort(keys, Arrays::compareUnsigned);
      sorted = true;
    }
  }
}
