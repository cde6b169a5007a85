package dev.annulus.store;

import static dev.annulus.wire.Varints.unzigzag;
import static dev.annulus.wire.Varints.zigzag;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.wire.Varints;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * A journal entry: samples of slots, by ring and slot, and counter states, by metric, in columns of
 * differences to the one before:
 *
 * <pre>
 * format 1 (1) │ unit of times: 0 seconds, 1 milliseconds (1) │ samples (4) │ states (4)
 *   │ for each sample: ring, as a delta │ slot, in the same ring as a delta
 *   │   │ delta of ts, zigzag │ delta of sequence, zigzag │ value bits, in the same ring as XOR
 *   │ for each state: metric, as a delta │ 0 for totals, 1 for increments (1) │ delta of last ts,
 *   │   │ zigzag │ for increments: nanos (4) and position (8) │ resets │ increase │ last raw
 * </pre>
 *
 * <p>Numbers without a length are Protocol Buffers varints. Value bits, increase and last raw are
 * written as {@link SlotBlock} writes values: trailing zero bytes × 16 + other bytes (1), and those
 * bytes. Last ts is in milliseconds, whatever the unit. Immutable.
 */
record JournalEntry(SortedRun slots, CounterRun counters) {
  private static final byte FORMAT = 1;
  private static final byte SECONDS = 0;
  private static final byte MILLISECONDS = 1;
  private static final long PER_SECOND = 1_000;
  private static final int HEADER_BYTES = 10;

  /** Upper bound of one encoded sample or state. */
  private static final int MAX_BYTES = 64;

  private static final int TOTALS_BYTES = 32;

  /**
   * Writes one entry. Not thread-safe.
   *
   * <p>Samples must come in ascending order of ring and slot, each slot once; then states in
   * ascending order of metric.
   */
  static final class Writer {
    private final boolean millis;
    private final int limit;
    private final byte[] out;
    private int at = HEADER_BYTES;
    private int samples;
    private int states;
    private long ring;
    private int slot;
    private long ts;
    private long sequence;
    private long bits;
    private long metric;
    private long lastTs;

    /**
     * @param millis whether some times are not whole seconds
     * @param limit target size in bytes
     */
    Writer(boolean millis, int limit) {
      this.millis = millis;
      this.limit = limit;
      this.out = new byte[HEADER_BYTES + limit + MAX_BYTES];
    }

    /** Whether the entry has reached its size. */
    boolean isFull() {
      return at >= limit;
    }

    boolean isEmpty() {
      return samples + states == 0;
    }

    /**
     * Adds a sample.
     *
     * @param tsMillis whole seconds, unless the entry is in milliseconds
     */
    void sample(long nextRing, int nextSlot, long tsMillis, long nextSequence, long nextBits) {
      long nextTs = millis ? tsMillis : tsMillis / PER_SECOND;
      boolean sameRing = nextRing == ring;
      varint(nextRing - ring);
      varint(sameRing ? nextSlot - slot : nextSlot);
      varint(zigzag(nextTs - ts));
      varint(zigzag(nextSequence - sequence));
      packed(sameRing ? nextBits ^ bits : nextBits);
      ring = nextRing;
      slot = nextSlot;
      ts = nextTs;
      sequence = nextSequence;
      bits = nextBits;
      samples++;
    }

    /** Adds a counter state, as {@link CounterState#encodeMillis} encodes it. */
    void state(long nextMetric, byte[] state) {
      ByteBuffer in = ByteBuffer.wrap(state);
      boolean increments = state.length > TOTALS_BYTES;
      varint(nextMetric - metric);
      out[at++] = (byte) (increments ? 1 : 0);
      long nextTs = in.getLong();
      varint(zigzag(nextTs - lastTs));
      if (increments) {
        in.get(out, at, Integer.BYTES + Long.BYTES);
        at += Integer.BYTES + Long.BYTES;
      }
      varint(in.getLong());
      packed(in.getLong());
      packed(in.getLong());
      metric = nextMetric;
      lastTs = nextTs;
      states++;
    }

    /** The entry; use each writer once. */
    byte[] encode() {
      ByteBuffer.wrap(out)
          .put(FORMAT)
          .put(millis ? MILLISECONDS : SECONDS)
          .putInt(samples)
          .putInt(states);
      return Arrays.copyOf(out, at);
    }

    private void varint(long number) {
      at = Varints.write(out, at, number);
    }

    private void packed(long number) {
      if (number == 0) {
        out[at++] = 0;
        return;
      }
      int behind = Long.numberOfTrailingZeros(number) >>> 3;
      int bytes = 8 - (Long.numberOfLeadingZeros(number) >>> 3) - behind;
      out[at++] = (byte) (behind << 4 | bytes);
      long rest = number >>> (8 * behind);
      for (int i = at + bytes - 1; i >= at; i--) {
        out[i] = (byte) rest;
        rest >>>= 8;
      }
      at += bytes;
    }
  }

  /**
   * Decodes what a {@link Writer} wrote.
   *
   * @throws StoreException {@code CORRUPT} if the bytes are not an entry
   */
  static JournalEntry decode(byte[] encoded) {
    try {
      return new Reader(ByteBuffer.wrap(encoded)).entry();
    } catch (BufferUnderflowException e) {
      throw new StoreException(Kind.CORRUPT, "a journal entry is truncated", e);
    }
  }

  private static final class Reader {
    private final ByteBuffer in;

    Reader(ByteBuffer in) {
      this.in = in;
    }

    JournalEntry entry() {
      byte format = in.get();
      byte unit = in.get();
      if (format != FORMAT || unit < SECONDS || unit > MILLISECONDS) {
        throw corrupt("has the unknown format %d, unit %d".formatted(format, unit));
      }
      int samples = in.getInt();
      int states = in.getInt();
      if (samples < 0 || states < 0) {
        throw corrupt("has a negative length");
      }
      JournalEntry entry =
          new JournalEntry(slots(samples, unit == SECONDS ? PER_SECOND : 1), states(states));
      if (in.hasRemaining()) {
        throw corrupt("is longer than its contents");
      }
      return entry;
    }

    private SortedRun slots(int samples, long perUnit) {
      SortedRun.Builder run = new SortedRun.Builder();
      SlotBlock block = new SlotBlock();
      long ring = 0;
      int slot = 0;
      long ts = 0;
      long sequence = 0;
      long bits = 0;
      for (int i = 0; i < samples; i++) {
        long ringDelta = varint();
        long number = varint();
        long next = ringDelta == 0 ? slot + number : number;
        if (ringDelta < 0 || next < 0 || next > Integer.MAX_VALUE) {
          throw corrupt("names a slot that no ring has");
        }
        int before = SlotBlock.blockOf(slot);
        slot = (int) next;
        if (i > 0 && (ringDelta != 0 || SlotBlock.blockOf(slot) != before)) {
          run.add(ring, before, block);
          block.reset();
        }
        ring += ringDelta;
        ts += unzigzag(varint());
        sequence += unzigzag(varint());
        bits = ringDelta == 0 ? bits ^ packed() : packed();
        block.merge(SlotBlock.indexOf(slot), ts * perUnit, sequence, bits);
      }
      if (samples > 0) {
        run.add(ring, SlotBlock.blockOf(slot), block);
      }
      return run.build();
    }

    private CounterRun states(int states) {
      TreeMap<Long, byte[]> run = new TreeMap<>();
      long metric = 0;
      long ts = 0;
      for (int i = 0; i < states; i++) {
        metric += varint();
        boolean increments = in.get() != 0;
        ts += unzigzag(varint());
        ByteBuffer state = ByteBuffer.allocate(increments ? TOTALS_BYTES + 12 : TOTALS_BYTES);
        state.putLong(ts);
        if (increments) {
          state.putInt(in.getInt()).putLong(in.getLong());
        }
        state.putLong(varint()).putLong(packed()).putLong(packed());
        run.put(metric, state.array());
      }
      return CounterRun.of(run);
    }

    private long varint() {
      long number = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = in.get();
        number |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return number;
        }
      }
      throw corrupt("holds a number of too many bytes");
    }

    private long packed() {
      int head = in.get();
      int bytes = head & 0xF;
      int behind = head >>> 4;
      if (head < 0 || behind + bytes > Long.BYTES) {
        throw corrupt("holds a value of too many bytes");
      }
      long number = 0;
      for (int i = 0; i < bytes; i++) {
        number = number << 8 | (in.get() & 0xFF);
      }
      return behind == Long.BYTES ? number : number << (8 * behind);
    }

    private static StoreException corrupt(String what) {
      return new StoreException(Kind.CORRUPT, "a journal entry " + what);
    }
  }
}
