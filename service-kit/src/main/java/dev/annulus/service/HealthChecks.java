package dev.annulus.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The named conditions under which a process is ready to serve, and whether something it cannot do
 * without has failed for good: then the process is to end, so that whoever watches it starts it
 * again. Thread-safe; a check may be added at any time, runs on the asking thread and must answer
 * within moments.
 */
public final class HealthChecks {
  private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentSkipListMap<>();
  private final CompletableFuture<String> failure = new CompletableFuture<>();

  /**
   * Adds or replaces a check.
   *
   * @param check empty when all is well, otherwise what is wrong, in words
   */
  public void add(String name, Supplier<Optional<String>> check) {
    checks.put(name, check);
  }

  /** Takes a check away, if it is there. */
  public void remove(String name) {
    checks.remove(name);
  }

  /**
   * Says that a part has failed and will not recover; only the first counts.
   *
   * @param what which part, and why, in words
   */
  public void fail(String what) {
    // Whoever hears of it may wait for the thread that tells.
    failure.completeAsync(() -> what);
  }

  /** Completes with what has failed for good, on a thread of its own; else never. */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  /** What has failed for good. */
  public Optional<String> failed() {
    return Optional.ofNullable(failure.getNow(null));
  }

  /** Every check by name: empty when well, otherwise what is wrong. */
  public Map<String, Optional<String>> run() {
    Map<String, Optional<String>> results = new LinkedHashMap<>();
    checks.forEach((name, check) -> results.put(name, run(check)));
    failed().ifPresent(what -> results.put("failed", Optional.of(what)));
    return results;
  }

  private static Optional<String> run(Supplier<Optional<String>> check) {
    try {
      return check.get();
    } catch (RuntimeException e) {
      return Optional.of("the check itself failed: " + e.getMessage());
    }
  }
}
