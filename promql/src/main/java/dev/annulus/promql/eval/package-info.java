/**
 * Evaluates a tree: {@link dev.annulus.promql.eval.PromqlEngine}. Each node is evaluated for all
 * steps at once, series by series, on primitive arrays.
 */
@NullMarked
package dev.annulus.promql.eval;

import org.jspecify.annotations.NullMarked;
