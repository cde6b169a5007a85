package dev.annulus.promql.eval;

/** The memory that queries share. */
public interface MemoryBudget {
  /** Without a bound; for tests. */
  MemoryBudget UNLIMITED =
      new MemoryBudget() {
        @Override
        public void reserve(long bytes) {}

        @Override
        public void release(long bytes) {}
      };

  /**
   * Called before a query holds {@code bytes} more.
   *
   * @throws dev.annulus.promql.PromqlException of type {@code TOO_MUCH} if it may not
   */
  void reserve(long bytes);

  /** Called when it holds {@code bytes} less, at the latest when the evaluation ends. */
  void release(long bytes);
}
