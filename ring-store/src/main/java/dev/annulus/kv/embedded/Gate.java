package dev.annulus.kv.embedded;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps RocksDB's memory from being freed under a call that uses it. Whoever calls RocksDB holds
 * the gate for as long as the call takes, and no longer; nothing passes it once it is closed.
 * Thread-safe; a thread that holds it may enter again.
 */
final class Gate {
  // Readers are the calls under way; the one writer frees.
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Hold hold = lock.readLock()::unlock;
  private volatile boolean closed;

  /** A hold on the gate; given back by the thread that took it. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Enters.
   *
   * @throws StoreException {@code UNAVAILABLE} once it is closed
   */
  Hold enter() {
    check();
    // Not lock(), which would queue behind whoever closes while others wait for this thread. It
    // fails only while the memory is being freed.
    if (!lock.readLock().tryLock()) {
      throw closed();
    }
    if (closed) {
      lock.readLock().unlock();
      throw closed();
    }
    return hold;
  }

  /**
   * Lets a long call that holds the gate stop early.
   *
   * @throws StoreException {@code UNAVAILABLE} once it is closed
   */
  void check() {
    if (closed) {
      throw closed();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Turns everybody away from now on, who is inside at the next {@link #check}. */
  void close() {
    closed = true;
  }

  /**
   * Frees what the gate protects, after the last call has left. To be called once, after {@link
   * #close}.
   *
   * @return false if a call was still inside after {@code patience}: then nothing was freed
   */
  boolean free(Duration patience, Runnable free) {
    boolean interrupted = false;
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        try {
          if (!lock.writeLock().tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return false;
          }
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      free.run();
    } finally {
      lock.writeLock().unlock();
    }
    return true;
  }

  private static StoreException closed() {
    return new StoreException(Kind.UNAVAILABLE, "the store is closed");
  }
}
