package dev.annulus.ingest;

import dev.annulus.model.Metric;
import dev.annulus.model.SeriesSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The types of stored series, for a gateway in the same process as the store: samples that declare
 * another type can be refused immediately. Thread-safe.
 */
public interface StoredTypes {
  /** For a gateway without access to the store: it accepts, and the sink decides. */
  StoredTypes NONE = series -> CompletableFuture.completedFuture(List.of());

  /**
   * The stored metric of each series, by the id in its samples or else by its key; null where there
   * is none. Fails if the store does.
   */
  CompletableFuture<? extends List<? extends @Nullable Metric>> find(List<SeriesSpec> series);
}
