package dev.annulus.kv.remote;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import dev.annulus.kv.buffer.WriteBuffer.ByteMax;
import dev.annulus.kv.buffer.WriteBuffer.Clear;
import dev.annulus.kv.buffer.WriteBuffer.ClearRange;
import dev.annulus.kv.buffer.WriteBuffer.Mutation;
import dev.annulus.kv.buffer.WriteBuffer.Set;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The body of a commit: the read conflict ranges, so the server can detect conflicts, and the
 * writes in order.
 *
 * <pre>
 *   transaction 8 | touches metadata version 1
 *   | ranges 4 | (begin | end) …
 *   | writes 4 | (kind 1 | key [| value or range end]) …
 * </pre>
 */
record CommitBody(long transaction, ReadSet reads, WriteBuffer writes) {
  private static final byte SET = 1;
  private static final byte CLEAR = 2;
  private static final byte CLEAR_RANGE = 3;
  private static final byte BYTE_MAX = 4;

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(length());
    out.putLong(transaction).put((byte) (writes.touchesMetadataVersion() ? 1 : 0));
    out.putInt(reads.ranges().size());
    reads.ranges().forEach(range -> Bytes.put(out, range));
    out.putInt(writes.mutations().size());
    writes.mutations().forEach(write -> put(out, write));
    return out.flip();
  }

  /** Reads what {@link #encode} wrote, validating the writes like a caller's. */
  static CommitBody decode(ByteBuffer in) throws ProtocolException {
    try {
      long transaction = in.getLong();
      WriteBuffer writes = new WriteBuffer();
      if (in.get() != 0) {
        writes.touchMetadataVersion();
      }
      ReadSet reads = new ReadSet();
      for (int left = in.getInt(); left > 0; left--) {
        reads.add(Bytes.getRange(in));
      }
      for (int left = in.getInt(); left > 0; left--) {
        read(in, writes);
      }
      return new CommitBody(transaction, reads, writes);
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("truncated commit");
    }
  }

  private int length() {
    long headers = 17L + 8L * reads.ranges().size() + 9L * writes.mutations().size();
    return Math.toIntExact(headers + reads.bytes() + writes.bytes());
  }

  private static void put(ByteBuffer out, Mutation write) {
    if (write instanceof Set set) {
      pair(out, SET, set.key(), set.value());
    } else if (write instanceof ByteMax max) {
      pair(out, BYTE_MAX, max.key(), max.value());
    } else if (write instanceof ClearRange clear) {
      pair(out, CLEAR_RANGE, clear.range().begin(), clear.range().end());
    } else if (write instanceof Clear clear) {
      Bytes.put(out.put(CLEAR), clear.key());
    }
  }

  private static void pair(ByteBuffer out, byte kind, byte[] first, byte[] second) {
    Bytes.put(out.put(kind), first);
    Bytes.put(out, second);
  }

  private static void read(ByteBuffer in, WriteBuffer writes) throws ProtocolException {
    byte kind = in.get();
    byte[] key = Bytes.get(in);
    switch (kind) {
      case SET -> writes.set(key, Bytes.get(in));
      case CLEAR -> writes.clear(key);
      case CLEAR_RANGE -> writes.clear(new KeyRange(key, Bytes.get(in)));
      case BYTE_MAX -> writes.byteMax(key, Bytes.get(in));
      default -> throw new ProtocolException("unknown kind of write " + kind);
    }
  }
}
