/**
 * End-to-end load over HTTP in the shape of the TSBS "cpu-only" case: many hosts, ten cpu figures
 * each, one row a second.
 */
@NullMarked
package dev.annulus.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
