package dev.annulus.kv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The result of a range read: keys and values in one array, so thousands of entries allocate no
 * objects of their own. Immutable and safe to share.
 */
public final class Entries {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  // Entry i: key from bounds[2i] to bounds[2i+1], value from there to bounds[2i+2].
  private final int[] bounds;
  private final int size;

  private Entries(byte[] bytes, int[] bounds, int size) {
    this.bytes = bytes;
    this.bounds = bounds;
    this.size = size;
  }

  /** How many entries. */
  public int size() {
    return size;
  }

  /** Whether there are no entries. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Bytes of all keys and values. */
  public int bytes() {
    return bounds[2 * size];
  }

  /** A copy of the key of entry {@code i}. */
  public byte[] key(int i) {
    return Arrays.copyOfRange(bytes, bounds[2 * i], bounds[2 * i + 1]);
  }

  /** A copy of the value of entry {@code i}. */
  public byte[] value(int i) {
    return Arrays.copyOfRange(bytes, bounds[2 * i + 1], bounds[2 * i + 2]);
  }

  /** The length in bytes of the value of entry {@code i}. */
  public int valueLength(int i) {
    return bounds[2 * i + 2] - bounds[2 * i + 1];
  }

  /**
   * Eight bytes of a value as a big-endian number.
   *
   * @param offset from the value's start; at most {@code valueLength(i) - 8}
   */
  public long valueLong(int i, int offset) {
    return (long) LONG.get(bytes, bounds[2 * i + 1] + offset);
  }

  /** How many bytes {@link #writeTo} writes. */
  public int encodedLength() {
    return 4 + 8 * size + bounds[2 * size];
  }

  /** Writes the form that {@link #readFrom} reads. */
  public void writeTo(ByteBuffer out) {
    out.putInt(size);
    for (int i = 1; i <= 2 * size; i++) {
      out.putInt(bounds[i]);
    }
    out.put(bytes, 0, bounds[2 * size]);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws java.nio.BufferUnderflowException if the input is shorter than it claims
   * @throws IllegalArgumentException if the input contradicts itself
   */
  public static Entries readFrom(ByteBuffer in) {
    int size = in.getInt();
    if (size < 0 || size > in.remaining() / 8) {
      throw new IllegalArgumentException("invalid number of entries: " + size);
    }
    int[] bounds = new int[2 * size + 1];
    for (int i = 1; i < bounds.length; i++) {
      bounds[i] = in.getInt();
      if (bounds[i] < bounds[i - 1]) {
        throw new IllegalArgumentException("entry bounds must not descend");
      }
    }
    if (bounds[2 * size] > in.remaining()) {
      throw new IllegalArgumentException("entries are truncated");
    }
    byte[] bytes = new byte[bounds[2 * size]];
    in.get(bytes);
    return new Entries(bytes, bounds, size);
  }

  /** Bytes that are copied on demand. */
  public interface Source {
    /**
     * Copies as many bytes as fit.
     *
     * @return how many bytes there are in total
     */
    int copyTo(byte[] target, int offset, int length);
  }

  /** Collects entries in order. Not thread-safe; use each builder once. */
  public static final class Builder {
    private static final int SMALL = 64;

    private byte[] bytes = new byte[1024];
    private int[] bounds = new int[65];
    private int size;

    /** How many entries so far. */
    public int size() {
      return size;
    }

    /** Bytes of all keys and values so far. */
    public int bytes() {
      return bounds[2 * size];
    }

    /** Appends an entry. */
    public void add(byte[] key, byte[] value) {
      int start = room(key.length + value.length);
      System.arraycopy(key, 0, bytes, start, key.length);
      System.arraycopy(value, 0, bytes, start + key.length, value.length);
      close(key.length, value.length);
    }

    /** Appends an entry, copying straight from its sources. */
    public void add(Source key, Source value) {
      int start = room(SMALL);
      int keyLength = copy(key, start);
      close(keyLength, copy(value, start + keyLength));
    }

    /** The collected entries. */
    public Entries build() {
      return new Entries(bytes, bounds, size);
    }

    private int copy(Source source, int start) {
      int length = source.copyTo(bytes, start, bytes.length - start);
      if (length > bytes.length - start) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, start + length));
        source.copyTo(bytes, start, length);
      }
      return length;
    }

    private int room(int length) {
      int start = bounds[2 * size];
      if (bytes.length - start < length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, start + length));
      }
      if (bounds.length < 2 * size + 3) {
        bounds = Arrays.copyOf(bounds, bounds.length * 2);
      }
      return start;
    }

    private void close(int keyLength, int valueLength) {
      bounds[2 * size + 1] = bounds[2 * size] + keyLength;
      bounds[2 * size + 2] = bounds[2 * size + 1] + valueLength;
      size++;
    }
  }
}
