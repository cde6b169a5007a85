/** Measures speed; {@code docs/benchmarks.md} says how and what came out. */
@NullMarked
package dev.annulus.benchmarks;

import org.jspecify.annotations.NullMarked;
