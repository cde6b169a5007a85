package dev.annulus.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The named conditions under which a process is ready to serve. Thread-safe; a check may be added
 * at any time, runs on the asking thread and must answer within moments.
 */
public final class HealthChecks {
  private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentSkipListMap<>();

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

  /** Every check by name: empty when well, otherwise what is wrong. */
  public Map<String, Optional<String>> run() {
    Map<String, Optional<String>> results = new LinkedHashMap<>();
    checks.forEach((name, check) -> results.put(name, run(check)));
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
