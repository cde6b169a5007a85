package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The intersection of several postings, by leapfrog join: each posting in turn seeks to the largest
 * id so far, until all agree (Veldhuizen, "Leapfrog Triejoin", 2014, for one attribute). For one
 * use.
 */
final class PostingIntersection {
  private static final int CHUNK = 512;

  private final Keys keys;
  private final List<Posting> postings = new ArrayList<>();
  private final int limit;
  private final List<Long> ids = new ArrayList<>();
  private long candidate;
  private int agreeing;
  private int turn;

  /**
   * @param firstId the smallest id to find
   * @param limit how many at most
   */
  PostingIntersection(
      ReadTransaction tx, Keys keys, List<KeyRange> ranges, long firstId, int limit) {
    this.keys = keys;
    ranges.forEach(range -> postings.add(new Posting(tx, range)));
    this.candidate = firstId;
    this.limit = limit;
  }

  /** The common ids, ascending. */
  CompletableFuture<List<Long>> ids() {
    return Futures.whileTrue(this::leap).thenApply(done -> ids);
  }

  private CompletableFuture<Boolean> leap() {
    return postings
        .get(turn)
        .seek(candidate)
        .thenApply(
            id -> {
              if (id < 0) {
                return false;
              }
              agreeing = id == candidate ? agreeing + 1 : 1;
              candidate = id;
              if (agreeing >= postings.size()) {
                ids.add(id);
                candidate = id + 1;
                agreeing = 0;
              }
              turn = (turn + 1) % postings.size();
              return ids.size() < limit;
            });
  }

  /** The ascending metric ids of one tag, read in chunks. */
  private final class Posting {
    private final ReadTransaction tx;
    private final KeyRange range;
    private Entries chunk = new Entries.Builder().build();
    private int next;
    private boolean last;

    Posting(ReadTransaction tx, KeyRange range) {
      this.tx = tx;
      this.range = range;
    }

    /** The smallest id that is at least {@code id}; -1 if there is none. */
    CompletableFuture<Long> seek(long id) {
      while (next < chunk.size()) {
        long found = idAt(next);
        if (found >= id) {
          return CompletableFuture.completedFuture(found);
        }
        next++;
      }
      if (last) {
        return CompletableFuture.completedFuture(-1L);
      }
      KeyRange rest = new KeyRange(keys.withId(range.begin(), id), range.end());
      return tx.getRange(rest, CHUNK, Order.ASCENDING)
          .thenCompose(
              entries -> {
                chunk = entries;
                next = 0;
                last = entries.size() < CHUNK;
                return seek(id);
              });
    }

    private long idAt(int i) {
      return keys.tagOf(chunk.key(i)).metricId();
    }
  }
}
