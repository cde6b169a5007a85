/**
 * PromQL as Prometheus 3 understands it, without a store: {@code parser} turns text into a typed
 * tree, {@code eval} evaluates a tree on the port {@link dev.annulus.promql.series.SeriesSource}.
 * Everything here refuses a query with {@link dev.annulus.promql.PromqlException}.
 */
@NullMarked
package dev.annulus.promql;

import org.jspecify.annotations.NullMarked;
