package dev.annulus.faults;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How a process is away. */
enum Fault {
  /** SIGKILL: its connections break. */
  KILLED,
  /** SIGSTOP: its connections stay, and nobody answers. */
  FROZEN;

  static Fault any(Random random) {
    return values()[random.nextInt(values().length)];
  }

  void begin(ChildProcess process) throws Exception {
    if (this == KILLED) {
      process.kill();
    } else {
      process.freeze();
    }
  }

  /** Lets it come back, and waits until it is ready. */
  void end(ChildProcess process) throws Exception {
    if (this == KILLED) {
      process.launch();
    } else {
      process.thaw();
    }
    process.awaitReady();
  }

  /** Lets a fault last: its duration is part of it. */
  static void last(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }
}
