/**
 * End-to-end load over HTTP, shaped like the TSBS "cpu-only" case: many hosts with ten CPU metrics
 * each, one row per second.
 */
@NullMarked
package dev.annulus.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
