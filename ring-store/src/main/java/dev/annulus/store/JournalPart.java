package dev.annulus.store;

import dev.annulus.kv.Transaction;
import dev.annulus.model.Times;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Encoded journal entries for one transaction, by lane: a sample's lane is the partition of the log
 * that it came from. Immutable.
 */
record JournalPart(Map<Integer, List<byte[]>> entries) {
  static final JournalPart NONE = new JournalPart(Map.of());

  /** Target size of an entry; larger values cost FoundationDB more than several smaller ones. */
  private static final int ENTRY_BYTES = 32_000;

  /** The entries of a batch, divided into transactions; at least one, possibly empty. */
  static List<JournalPart> of(RingBatch batch, int transactionBytes) {
    Map<Integer, List<byte[]>> lanes = encoded(batch.cells(), batch.counters());
    List<JournalPart> parts = new ArrayList<>();
    Map<Integer, List<byte[]>> open = new TreeMap<>();
    int bytes = 0;
    for (Map.Entry<Integer, List<byte[]>> lane : lanes.entrySet()) {
      for (byte[] entry : lane.getValue()) {
        if (bytes > 0 && bytes + entry.length > transactionBytes) {
          parts.add(new JournalPart(open));
          open = new TreeMap<>();
          bytes = 0;
        }
        open.computeIfAbsent(lane.getKey(), key -> new ArrayList<>()).add(entry);
        bytes += entry.length;
      }
    }
    parts.add(new JournalPart(open));
    return parts;
  }

  /** All samples in one transaction. */
  static JournalPart ofAll(List<RingBatch.Cell> cells) {
    return new JournalPart(encoded(cells, List.of()));
  }

  private static Map<Integer, List<byte[]>> encoded(
      List<RingBatch.Cell> cells, List<RingBatch.Counter> counters) {
    boolean millis = cells.stream().anyMatch(cell -> !Times.isWholeSecond(cell.tsMillis()));
    Map<Integer, Lane> lanes = new TreeMap<>();
    Lane lane = null;
    int partition = -1;
    for (RingBatch.Cell cell : cells) {
      if (lane == null || cell.partition() != partition) {
        partition = cell.partition();
        lane = lanes.computeIfAbsent(partition, key -> new Lane(millis));
      }
      lane.writer()
          .sample(
              cell.ringId(),
              cell.slot(),
              cell.tsMillis(),
              cell.sequence(),
              Double.doubleToRawLongBits(cell.value()));
    }
    List<RingBatch.Counter> sorted = new ArrayList<>(counters);
    sorted.sort(Comparator.comparingLong(RingBatch.Counter::metricId));
    for (RingBatch.Counter counter : sorted) {
      lanes
          .computeIfAbsent(counter.partition(), key -> new Lane(millis))
          .writer()
          .state(counter.metricId(), counter.state().encodeMillis());
    }
    Map<Integer, List<byte[]>> entries = new TreeMap<>();
    lanes.forEach((number, written) -> entries.put(number, written.finish()));
    return entries;
  }

  /** The entries of one lane while they are written. */
  private static final class Lane {
    private final List<byte[]> entries = new ArrayList<>();
    private final boolean millis;
    private JournalEntry.Writer open;

    Lane(boolean millis) {
      this.millis = millis;
      this.open = new JournalEntry.Writer(millis, ENTRY_BYTES);
    }

    JournalEntry.Writer writer() {
      if (open.isFull()) {
        entries.add(open.encode());
        open = new JournalEntry.Writer(millis, ENTRY_BYTES);
      }
      return open;
    }

    List<byte[]> finish() {
      if (!open.isEmpty()) {
        entries.add(open.encode());
      }
      return entries;
    }
  }

  /** Reads the heads of these lanes. */
  CompletableFuture<Map<Integer, Long>> heads(Transaction tx, Journal journal) {
    return heads(tx, journal, entries.keySet());
  }

  /** Reads the heads of some lanes. */
  static CompletableFuture<Map<Integer, Long>> heads(
      Transaction tx, Journal journal, Collection<Integer> wanted) {
    List<Integer> lanes = List.copyOf(new TreeSet<>(wanted));
    return Futures.all(lanes.stream().map(lane -> journal.head(tx, lane)).toList())
        .thenApply(
            numbers -> {
              Map<Integer, Long> heads = new HashMap<>();
              for (int i = 0; i < lanes.size(); i++) {
                heads.put(lanes.get(i), numbers.get(i));
              }
              return heads;
            });
  }

  /** Appends the entries at heads that this transaction has read. */
  void append(Transaction tx, Journal journal, Map<Integer, Long> heads) {
    entries.forEach(
        (lane, encoded) -> journal.append(tx, lane, heads.getOrDefault(lane, 0L), encoded));
  }

  /** The entries in the form of the tail. */
  Map<Integer, List<JournalEntry>> decoded() {
    Map<Integer, List<JournalEntry>> decoded = new TreeMap<>();
    entries.forEach(
        (lane, encoded) -> decoded.put(lane, encoded.stream().map(JournalEntry::decode).toList()));
    return decoded;
  }
}
