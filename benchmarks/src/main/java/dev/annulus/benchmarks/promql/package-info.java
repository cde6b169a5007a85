/**
 * PromQL comparison: the same samples and queries in Annulus and Prometheus, over HTTP; {@code
 * docs/benchmarks-promql.md} has method and results.
 */
@NullMarked
package dev.annulus.benchmarks.promql;

import org.jspecify.annotations.NullMarked;
