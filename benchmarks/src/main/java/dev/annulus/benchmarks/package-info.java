/** Benchmarks; {@code docs/benchmarks.md} has method and results. */
@NullMarked
package dev.annulus.benchmarks;

import org.jspecify.annotations.NullMarked;
