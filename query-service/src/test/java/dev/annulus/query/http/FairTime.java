package dev.annulus.query.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Measures how long something takes on a machine that nobody else uses: without the share of the
 * processors that other processes had meanwhile. Without Linux it is the time as it is.
 */
final class FairTime {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICKS_PER_SECOND = 100;
  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;

  /** The guests' time, behind it, is in the users' time already. */
  private static final int LAST = 8;

  private final long start = System.nanoTime();
  private final double[] ticks = ticks();
  private final double own = ownSeconds();

  /** Since this was made. */
  Duration elapsed() throws IOException {
    double[] now = ticks();
    double all = 0;
    double idle = 0;
    for (int i = 0; i < Math.min(LAST, now.length); i++) {
      double seconds = (now[i] - ticks[i]) / TICKS_PER_SECOND;
      all += seconds;
      idle += i == IDLE || i == IO_WAIT ? seconds : 0;
    }
    double others = Math.max(0, all - idle - (ownSeconds() - own));
    double share = all <= 0 ? 0 : Math.min(1, others / all);
    return Duration.ofNanos((long) ((System.nanoTime() - start) * (1 - share)));
  }

  FairTime() throws IOException {}

  private static double[] ticks() throws IOException {
    if (!Files.isReadable(STAT)) {
      return new double[0];
    }
    String[] line = Files.readString(STAT).split("\n", 2)[0].trim().split(" +");
    return Arrays.stream(line).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  private static double ownSeconds() {
    Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return used.toNanos() / 1e9;
  }
}
