package dev.annulus.store;

import com.google.protobuf.CodedInputStream;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal entry of the embedded engine that kept rings itself: what one commit did to them,
 * cleared ranges first. Only read, to convert such a store.
 *
 * <pre>
 * format 1 │ clears │ (ring │ slot, inclusive │ ring │ slot, exclusive) for each
 *          │ blocks │ (ring, as a delta │ block │ encoded block) for each
 * </pre>
 *
 * <p>Numbers are Protocol Buffers varints; {@link SlotBlock} defines the encoding of a block, with
 * times in seconds.
 *
 * @param cleared of what earlier entries wrote
 * @param slots written, with times in milliseconds
 */
record FormerJournalEntry(List<RingSlot.Range> cleared, SortedRun slots) {
  private static final int FORMAT = 1;

  FormerJournalEntry {
    cleared = List.copyOf(cleared);
  }

  /**
   * Decodes an entry.
   *
   * @throws StoreException {@code CORRUPT} if the bytes are not an entry
   */
  static FormerJournalEntry decode(byte[] encoded) {
    CodedInputStream in = CodedInputStream.newInstance(encoded);
    try {
      int format = in.readUInt32();
      if (format != FORMAT) {
        throw new StoreException(Kind.CORRUPT, "a journal entry has the unknown format " + format);
      }
      List<RingSlot.Range> cleared = new ArrayList<>();
      for (int rest = in.readUInt32(); rest > 0; rest--) {
        cleared.add(new RingSlot.Range(slot(in), slot(in)));
      }
      return new FormerJournalEntry(cleared, slots(in, encoded));
    } catch (IOException e) {
      throw new StoreException(Kind.CORRUPT, "a journal entry is truncated", e);
    }
  }

  private static RingSlot slot(CodedInputStream in) throws IOException {
    return new RingSlot(in.readUInt64(), in.readUInt32());
  }

  private static SortedRun slots(CodedInputStream in, byte[] encoded) throws IOException {
    SortedRun.Builder run = new SortedRun.Builder();
    SlotBlock block = new SlotBlock();
    long ring = 0;
    for (int rest = in.readUInt32(); rest > 0; rest--) {
      ring += in.readUInt64();
      int number = in.readUInt32();
      int start = in.getTotalBytesRead();
      in.skipRawBytes(block.decode(encoded, start) - start);
      block.secondsToMillis();
      run.add(ring, number, block);
    }
    return run.build();
  }
}
