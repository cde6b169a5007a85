package dev.annulus.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Combines and repeats futures. */
final class Futures {
  private Futures() {}

  /** All results in order; fails with the first failure. */
  static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<T> results = new ArrayList<>(futures.size());
              futures.forEach(future -> results.add(future.join()));
              return results;
            });
  }

  /**
   * Repeats a step until it returns false. Completed steps do not grow the stack.
   *
   * @return completes when a step returns false; fails with the first failure
   */
  static CompletableFuture<Void> whileTrue(Supplier<CompletableFuture<Boolean>> step) {
    CompletableFuture<Void> finished = new CompletableFuture<>();
    repeat(step, finished);
    return finished;
  }

  private static void repeat(
      Supplier<CompletableFuture<Boolean>> step, CompletableFuture<Void> finished) {
    while (true) {
      CompletableFuture<Boolean> result;
      try {
        result = step.get();
      } catch (RuntimeException e) {
        finished.completeExceptionally(e);
        return;
      }
      if (!result.isDone() || result.isCompletedExceptionally()) {
        result.whenComplete(
            (again, failure) -> {
              if (failure != null) {
                finished.completeExceptionally(failure);
              } else if (again) {
                repeat(step, finished);
              } else {
                finished.complete(null);
              }
            });
        return;
      }
      if (!result.getNow(false)) {
        finished.complete(null);
        return;
      }
    }
  }
}
