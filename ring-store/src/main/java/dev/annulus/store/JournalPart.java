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
 * What one transaction appends to the journal, by lane: a sample's lane is the partition of the log
 * that it came from. Immutable.
 */
record JournalPart(Map<Integer, Piece> lanes) {
  static final JournalPart NONE = new JournalPart(Map.of());

  /** Target size of an entry; larger values cost FoundationDB more than several smaller ones. */
  private static final int ENTRY_BYTES = 32_000;

  /**
   * Neighbouring entries of one lane.
   *
   * @param encoded the entries
   * @param contents what they say together, so that this process need not decode them
   */
  record Piece(List<byte[]> encoded, JournalEntry contents) {
    int bytes() {
      int sum = 0;
      for (byte[] entry : encoded) {
        sum += entry.length;
      }
      return sum;
    }
  }

  /** The entries of a batch, divided into transactions; at least one, possibly empty. */
  static List<JournalPart> of(RingBatch batch, int transactionBytes) {
    Map<Integer, List<Piece>> lanes = encoded(batch.cells(), batch.counters(), transactionBytes);
    List<JournalPart> parts = new ArrayList<>();
    Map<Integer, Piece> open = new TreeMap<>();
    int bytes = 0;
    for (Map.Entry<Integer, List<Piece>> lane : lanes.entrySet()) {
      for (Piece piece : lane.getValue()) {
        if (open.containsKey(lane.getKey())
            || (bytes > 0 && bytes + piece.bytes() > transactionBytes)) {
          parts.add(new JournalPart(open));
          open = new TreeMap<>();
          bytes = 0;
        }
        open.put(lane.getKey(), piece);
        bytes += piece.bytes();
      }
    }
    parts.add(new JournalPart(open));
    return parts;
  }

  /** All samples in one transaction. */
  static JournalPart ofAll(List<RingBatch.Cell> cells) {
    Map<Integer, Piece> lanes = new TreeMap<>();
    encoded(cells, List.of(), Integer.MAX_VALUE)
        .forEach((lane, pieces) -> lanes.put(lane, pieces.get(0)));
    return new JournalPart(lanes);
  }

  private static Map<Integer, List<Piece>> encoded(
      List<RingBatch.Cell> cells, List<RingBatch.Counter> counters, int pieceBytes) {
    boolean millis = cells.stream().anyMatch(cell -> !Times.isWholeSecond(cell.tsMillis()));
    Map<Integer, Lane> lanes = new TreeMap<>();
    Lane lane = null;
    int partition = -1;
    for (RingBatch.Cell cell : cells) {
      if (lane == null || cell.partition() != partition) {
        partition = cell.partition();
        lane = lanes.computeIfAbsent(partition, key -> new Lane(millis, pieceBytes));
      }
      lane.add(cell);
    }
    List<RingBatch.Counter> sorted = new ArrayList<>(counters);
    sorted.sort(Comparator.comparingLong(RingBatch.Counter::metricId));
    for (RingBatch.Counter counter : sorted) {
      lanes
          .computeIfAbsent(counter.partition(), key -> new Lane(millis, pieceBytes))
          .add(counter.metricId(), counter.state().encodeMillis());
    }
    Map<Integer, List<Piece>> pieces = new TreeMap<>();
    lanes.forEach((number, written) -> pieces.put(number, written.finish()));
    return pieces;
  }

  /** One lane while it is written. */
  private static final class Lane {
    private final boolean millis;
    private final int pieceBytes;
    private final List<Piece> pieces = new ArrayList<>();
    private final SlotBlock block = new SlotBlock();
    private JournalEntry.Writer entry;
    private List<byte[]> entries = new ArrayList<>();
    private long bytes;
    private SortedRun.Builder slots = new SortedRun.Builder();
    private TreeMap<Long, byte[]> states = new TreeMap<>();
    private long ring;
    private int number;

    Lane(boolean millis, int pieceBytes) {
      this.millis = millis;
      this.pieceBytes = pieceBytes;
      this.entry = new JournalEntry.Writer(millis, ENTRY_BYTES);
    }

    void add(RingBatch.Cell cell) {
      finishFullEntry();
      long bits = Double.doubleToRawLongBits(cell.value());
      entry.sample(cell.ringId(), cell.slot(), cell.tsMillis(), cell.sequence(), bits);
      if (cell.ringId() != ring || SlotBlock.blockOf(cell.slot()) != number) {
        finishBlock();
        ring = cell.ringId();
        number = SlotBlock.blockOf(cell.slot());
      }
      block.merge(SlotBlock.indexOf(cell.slot()), cell.tsMillis(), cell.sequence(), bits);
    }

    void add(long metricId, byte[] state) {
      finishFullEntry();
      entry.state(metricId, state);
      states.put(metricId, state);
    }

    private void finishFullEntry() {
      if (entry.isFull()) {
        finishEntry();
        if (bytes + ENTRY_BYTES > pieceBytes) {
          finishPiece();
        }
      }
    }

    private void finishEntry() {
      byte[] encoded = entry.encode();
      entries.add(encoded);
      bytes += encoded.length;
      entry = new JournalEntry.Writer(millis, ENTRY_BYTES);
    }

    private void finishBlock() {
      if (block.present() != 0) {
        slots.add(ring, number, block);
        block.reset();
      }
    }

    private void finishPiece() {
      finishBlock();
      pieces.add(new Piece(entries, new JournalEntry(slots.build(), CounterRun.of(states))));
      entries = new ArrayList<>();
      bytes = 0;
      slots = new SortedRun.Builder();
      states = new TreeMap<>();
    }

    List<Piece> finish() {
      if (!entry.isEmpty()) {
        finishEntry();
        finishPiece();
      }
      return pieces;
    }
  }

  /** Reads the heads of these lanes. */
  CompletableFuture<Map<Integer, Long>> heads(Transaction tx, Journal journal) {
    return heads(tx, journal, lanes.keySet());
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
    lanes.forEach(
        (lane, piece) -> journal.append(tx, lane, heads.getOrDefault(lane, 0L), piece.encoded()));
  }
}
