package dev.annulus.cli;

import dev.annulus.store.StoreTransfer;
import dev.annulus.store.TransferCounts;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Prints the progress of a transfer, at most once a second. Not thread-safe. */
final class TransferProgress implements StoreTransfer.Progress {
  private final PrintWriter out;
  private long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);

  TransferProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void at(String stage, TransferCounts done) {
    long now = System.nanoTime();
    if (now - next >= 0) {
      next = now + TimeUnit.SECONDS.toNanos(1);
      out.println("annulus: " + stage + ": " + done);
      out.flush();
    }
  }
}
