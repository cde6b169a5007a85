package dev.annulus.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * Readiness checks by name, and fatal failures: once a component that the process needs has failed
 * for good, the process exits and its supervisor restarts it. Thread-safe. Checks may be added at
 * any time, run on the calling thread and must return quickly.
 */
public final class HealthChecks {
  private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentSkipListMap<>();
  private final CompletableFuture<String> failure = new CompletableFuture<>();

  /**
   * Adds or replaces a check.
   *
   * @param check empty if healthy, otherwise the problem in words
   */
  public void add(String name, Supplier<Optional<String>> check) {
    checks.put(name, check);
  }

  /** Removes a check if it exists. */
  public void remove(String name) {
    checks.remove(name);
  }

  /**
   * Reports that a component has failed for good. Only the first report counts.
   *
   * @param what the component and the cause, in words
   */
  public void fail(String what) {
    // A listener may wait for the reporting thread.
    failure.completeAsync(() -> what);
  }

  /** Completes with the fatal failure, on a separate thread; never if there is none. */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  /** The fatal failure, if any. */
  public Optional<String> failed() {
    return Optional.ofNullable(failure.getNow(null));
  }

  /** The result of every check by name: empty if healthy, otherwise the problem. */
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
