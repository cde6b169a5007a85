package dev.annulus.ingest;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pooled byte arrays for whole request bodies: arrays of this size are expensive to collect. A
 * buffer in use counts towards the {@link IngestMemory} of its request. Thread-safe.
 */
public final class BodyBuffers {
  private static final int SMALLEST = 64 << 10;
  private static final int LARGEST_KEPT = 4 << 20;

  private final BodyReader bodies;
  private final long maxKept;
  private final AtomicLong kept = new AtomicLong();

  /** One for each power of two from the smallest to the largest kept. */
  private final List<ConcurrentLinkedQueue<byte[]>> free = new ArrayList<>();

  /**
   * @param maxKept bytes of all idle buffers
   */
  public BodyBuffers(BodyReader bodies, long maxKept) {
    this.bodies = bodies;
    this.maxKept = maxKept;
    for (int size = SMALLEST; size <= LARGEST_KEPT; size *= 2) {
      free.add(new ConcurrentLinkedQueue<>());
    }
  }

  /** A buffer from the pool; {@link #close} returns it. Not thread-safe. */
  public final class Buffer implements AutoCloseable {
    private final IngestMemory.Allowance allowance;
    private byte[] array;
    private int length;

    private Buffer(int size, IngestMemory.Allowance allowance) {
      this.allowance = allowance;
      this.array = acquire(size, allowance);
    }

    /** The array; the bytes are {@code [0, length)} of it. */
    public byte[] array() {
      return array;
    }

    /** The number of bytes. */
    public int length() {
      return length;
    }

    /** Sets the number of bytes in the array. */
    public void length(int bytes) {
      this.length = bytes;
    }

    private void readAll(InputStream in) throws IOException {
      while (true) {
        int count = in.read(array, length, array.length - length);
        if (count < 0) {
          return;
        }
        length += count;
        if (length == array.length) {
          grow();
        }
      }
    }

    private void grow() {
      // Either the body ends exactly at the limit or it is too large; one more byte tells.
      int most = Math.max(bodies.maxDecodedBytes(), bodies.maxBytes()) + 1;
      int size = array.length < most ? Math.min(2 * array.length, most) : 2 * array.length;
      byte[] larger = acquire(size, allowance);
      System.arraycopy(array, 0, larger, 0, length);
      release(array, allowance);
      array = larger;
    }

    @Override
    public void close() {
      release(array, allowance);
      array = new byte[0];
    }
  }

  /**
   * Reads a request's body, decompressed, within the limits of the {@link BodyReader}.
   *
   * @throws IOException if a compressed body is damaged
   */
  public Buffer read(Context ctx, IngestMemory.Allowance allowance) throws IOException {
    return read(ctx, bodies.open(ctx), allowance);
  }

  /** Reads a request's body as it arrives, within the limit of the {@link BodyReader}. */
  public Buffer readAsIs(Context ctx, IngestMemory.Allowance allowance) throws IOException {
    return read(ctx, bodies.openAsIs(ctx), allowance);
  }

  private Buffer read(Context ctx, InputStream body, IngestMemory.Allowance allowance)
      throws IOException {
    try (InputStream in = body) {
      // One byte more than the body, so that its end is seen without growing the buffer.
      Buffer buffer = take(Math.min(ctx.contentLength(), bodies.maxBytes()) + 1, allowance);
      boolean whole = false;
      try {
        buffer.readAll(in);
        whole = true;
        return buffer;
      } finally {
        if (!whole) {
          buffer.close();
        }
      }
    }
  }

  /** A buffer of at least this many bytes. */
  public Buffer take(int bytes, IngestMemory.Allowance allowance) {
    return new Buffer(bytes, allowance);
  }

  /** The largest decoded body. */
  public int maxDecodedBytes() {
    return bodies.maxDecodedBytes();
  }

  private byte[] acquire(int bytes, IngestMemory.Allowance allowance) {
    int size = bytes > LARGEST_KEPT ? bytes : powerOfTwo(Math.max(SMALLEST, bytes));
    allowance.take(size);
    byte[] array = size > LARGEST_KEPT ? null : free.get(place(size)).poll();
    if (array == null) {
      return new byte[size];
    }
    kept.addAndGet(-size);
    return array;
  }

  private void release(byte[] array, IngestMemory.Allowance allowance) {
    allowance.giveBack(array.length);
    if (array.length == 0 || array.length > LARGEST_KEPT) {
      return;
    }
    if (kept.addAndGet(array.length) <= maxKept) {
      free.get(place(array.length)).add(array);
    } else {
      kept.addAndGet(-array.length);
    }
  }

  private static int powerOfTwo(int least) {
    return Integer.highestOneBit(2 * least - 1);
  }

  private static int place(int size) {
    return Integer.numberOfTrailingZeros(size) - Integer.numberOfTrailingZeros(SMALLEST);
  }
}
