package dev.annulus.ingest;

import dev.annulus.service.http.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whole request bodies in byte arrays that are used again: arrays of this size are costly to a
 * garbage collector. What is in use at once is bounded; beyond it requests are refused with 503.
 * Thread-safe.
 */
public final class BodyBuffers {
  private static final int SMALLEST = 64 << 10;
  private static final int KEPT = 16;
  private static final int LARGEST_KEPT = 4 << 20;

  private final BodyReader bodies;
  private final long maxBytes;
  private final AtomicLong inUse = new AtomicLong();
  private final AtomicInteger kept = new AtomicInteger();
  private final ConcurrentLinkedQueue<byte[]> free = new ConcurrentLinkedQueue<>();

  /**
   * @param maxBytes of all buffers in use
   */
  public BodyBuffers(BodyReader bodies, long maxBytes) {
    this.bodies = bodies;
    this.maxBytes = maxBytes;
  }

  /** Bytes to be given back by {@link #close}. Not thread-safe. */
  public final class Buffer implements AutoCloseable {
    private byte[] array;
    private int length;

    private Buffer(byte[] array) {
      this.array = array;
    }

    /** The bytes are {@code [0, length)} of this; more may follow. */
    public byte[] array() {
      return array;
    }

    /** How many bytes. */
    public int length() {
      return length;
    }

    /** Says how many bytes were put into the array. */
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
      byte[] larger = acquire(2 * array.length);
      System.arraycopy(array, 0, larger, 0, length);
      release(array);
      array = larger;
    }

    @Override
    public void close() {
      release(array);
      array = new byte[0];
    }
  }

  /**
   * Reads a request's body, decompressed, within the limits of the {@link BodyReader}.
   *
   * @throws IOException if a compressed body is damaged
   */
  public Buffer read(Context ctx) throws IOException {
    return read(ctx, bodies.open(ctx));
  }

  /** Reads a request's body as it arrives, within the limit of the {@link BodyReader}. */
  public Buffer readAsIs(Context ctx) throws IOException {
    return read(ctx, bodies.openAsIs(ctx));
  }

  private Buffer read(Context ctx, InputStream body) throws IOException {
    try (InputStream in = body) {
      // One more than the body, so that its end is seen without growing.
      Buffer buffer = take(Math.min(ctx.contentLength(), bodies.maxBytes()) + 1);
      try {
        buffer.readAll(in);
        return buffer;
      } catch (IOException | RuntimeException e) {
        buffer.close();
        throw e;
      }
    }
  }

  /** A buffer with room for so many bytes. */
  public Buffer take(int bytes) {
    return new Buffer(acquire(bytes));
  }

  /** The largest decoded body. */
  public int maxDecodedBytes() {
    return bodies.maxDecodedBytes();
  }

  private byte[] acquire(int bytes) {
    byte[] array = free.poll();
    if (array != null) {
      kept.decrementAndGet();
    }
    if (array == null || array.length < bytes) {
      array = new byte[Math.max(SMALLEST, bytes)];
    }
    if (inUse.addAndGet(array.length) > maxBytes) {
      inUse.addAndGet(-array.length);
      throw Problem.unavailable(
              "overloaded",
              "Too many bodies are being read at once; try again in a moment.",
              Duration.ofSeconds(1))
          .toException();
    }
    return array;
  }

  private void release(byte[] array) {
    inUse.addAndGet(-array.length);
    if (array.length > 0 && array.length <= LARGEST_KEPT && kept.incrementAndGet() <= KEPT) {
      free.add(array);
    } else if (array.length > 0 && array.length <= LARGEST_KEPT) {
      kept.decrementAndGet();
    }
  }
}
