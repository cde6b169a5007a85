/**
 * The engine for one machine: RocksDB for persistence, optimistic concurrency control above it.
 * Byte-max is RocksDB's built-in {@code max} merge operator, so ring upserts read nothing.
 */
@NullMarked
package dev.annulus.kv.embedded;

import org.jspecify.annotations.NullMarked;
