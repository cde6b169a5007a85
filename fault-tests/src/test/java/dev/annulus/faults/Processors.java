package dev.annulus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How much of the machine's processors went to neither the process under test nor this one, so that
 * a limit on time holds on a machine of one's own and on one that others use too. Without Linux it
 * is nothing. Thread-safe.
 */
final class Processors implements AutoCloseable {
  private static final Path STAT = Path.of("/proc/stat");
  private static final Duration STEP = Duration.ofMillis(200);
  private static final double TICKS_PER_SECOND = 100;
  private static final int KEPT = 10_000;
  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;

  /** The guests' time is in the users' time already. */
  private static final int LAST = 8;

  private final ChildProcess process;
  private final Deque<Look> looks = new ArrayDeque<>(); // guarded by this
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::look, "processors");

  /**
   * @param at by {@link System#nanoTime}
   * @param all seconds of all processors
   * @param others seconds of them that others used
   */
  private record Look(long at, double all, double others) {}

  Processors(ChildProcess process) {
    this.process = process;
    thread.setDaemon(true);
    thread.start();
  }

  private void look() {
    try {
      do {
        Look look = now();
        synchronized (this) {
          looks.add(look);
          if (looks.size() > KEPT) {
            looks.poll();
          }
        }
      } while (!stopped.await(STEP.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Look now() {
    long at = System.nanoTime();
    if (!Files.isReadable(STAT)) {
      return new Look(at, at / 1e9, 0);
    }
    try {
      String[] line = Files.readString(STAT).split("\n", 2)[0].trim().split(" +");
      double[] ticks = Arrays.stream(line).skip(1).mapToDouble(Double::parseDouble).toArray();
      double all = 0;
      for (int i = 0; i < LAST; i++) {
        all += ticks[i] / TICKS_PER_SECOND;
      }
      double idle = (ticks[IDLE - 1] + ticks[IO_WAIT - 1]) / TICKS_PER_SECOND;
      double own = seconds(process.cpuTime()) + seconds(ownTime());
      return new Look(at, all, all - idle - own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration ownTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** From 0 to 1, in the time between two moments of {@link System#nanoTime}. */
  synchronized double shareOfOthers(long from, long to) {
    Look before = looks.getFirst();
    Look after = looks.getLast();
    for (Look look : looks) {
      before = look.at() <= from ? look : before;
      if (look.at() >= to) {
        after = look;
        break;
      }
    }
    double all = after.all() - before.all();
    return all <= 0 ? 0 : Math.max(0, Math.min(1, (after.others() - before.others()) / all));
  }

  @Override
  public void close() {
    stopped.countDown();
  }
}
