package dev.annulus.service;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep a process alive. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /**
   * A factory of threads with one name. Thread-safe.
   *
   * @param name as thread dumps show it
   */
  public static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
