package dev.annulus.ingest;

import dev.annulus.model.Metric;
import dev.annulus.model.SeriesSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the store has, for a gateway in the process of the store: samples that it would refuse for
 * the type they declare are then refused at once. Thread-safe.
 */
public interface StoredTypes {
  /** Of a gateway that has no store at hand: it accepts, and the sink decides. */
  StoredTypes NONE = series -> CompletableFuture.completedFuture(List.of());

  /**
   * The metric of each series as it is stored now, by the id that its samples name or else by its
   * key; null where there is none. Fails if the store does.
   */
  CompletableFuture<? extends List<? extends @Nullable Metric>> find(List<SeriesSpec> series);
}
