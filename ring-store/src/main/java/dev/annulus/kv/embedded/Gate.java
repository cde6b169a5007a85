package dev.annulus.kv.embedded;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Prevents RocksDB's memory from being freed under a running call. A caller of RocksDB holds the
 * gate for the duration of the call; a closed gate admits no one. Thread-safe and reentrant.
 */
final class Gate {
  // Running calls hold the read lock; freeing takes the write lock.
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Hold hold = lock.readLock()::unlock;
  private volatile boolean closed;

  /** A hold on the gate; the thread that took it must close it. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Enters the gate.
   *
   * @throws StoreException {@code UNAVAILABLE} once closed
   */
  Hold enter() {
    check();
    // Not lock(): it would queue behind the closing thread while others wait for this one. tryLock
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
   * Lets a long call inside the gate stop early.
   *
   * @throws StoreException {@code UNAVAILABLE} once closed
   */
  void check() {
    if (closed) {
      throw closed();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Rejects new calls from now on, and running ones at their next {@link #check}. */
  void close() {
    closed = true;
  }

  /**
   * Frees the protected memory after the last call has left. Call once, after {@link #close}.
   *
   * @return false if a call was still inside after {@code patience}; nothing was freed
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
